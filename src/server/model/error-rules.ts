import type { RunErrorCode } from '../../shared/run/run.ts'

type Meaning = RunErrorCode | 'moderation'

/** What services say, in lower case, and what it means. The first that fits counts. */
export const errorRules: [patterns: RegExp[], meaning: Meaning][] = [
  [
    [
      /arrearage|good standing|payment.required|overdue|billing_hard_limit|exceeded_current_quota/,
      /insufficient.{0,20}(?:balance|credit|fund|user_quota)/,
      /(?:balance|credits?)\b.{0,40}(?:insufficient|not enough|too low|exhausted|used up)/,
      /(?:out of|no|more|add) credits|quota is not enough|quota_failed|platform\.openai\.com/,
      /余额不足|余额过低|欠费|充值|(?:额度|资源包)(?:不足|已?用[完尽]|已?耗尽)/,
    ],
    'no-credit',
  ],
  [
    [
      /data_?inspection_?failed|inappropriate content|content_?filter|content management policy|responsible_?ai/,
      /content exists risk|(?:content|usage)[_ ]policy|safety system|(?:unsafe|sensitive|prohibited)[_ ]content/,
      /敏感内容|敏感词|内容安全|内容违规/,
    ],
    'moderation',
  ],
  [[/invalid_?api_?-?key|incorrect api.?key|invalid api.?key|no api.?key/], 'invalid-key'],
  [[/freetieronly/], 'access-denied'],
  [[/image_url.{0,80}string too long/], 'media-rejected'],
  [
    [
      /range of input length|context.?(?:length|window|size|limit)|maximum context|exceed\w* .{0,60}context/,
      /max(?:imum)?.model.len|string_above_max|reduce the length|too many (?:input )?tokens|tokens? > \d+ maximum/,
      /(?:prompt|input|string|message)s? .{0,60}too (?:long|large)\b|(?:token|input|prompt) (?:length|count).{0,40}exceed/,
      /exceed\w*.{0,40}(?:token limit|maximum (?:length|number of tokens))/,
      /上下文(?:长度|窗口)|(?:输入|长度|内容|prompt).{0,10}(?:超长|过长)|超[过出].{0,20}(?:长度|token|上下文)/,
    ],
    'context-too-long',
  ],
  [
    [
      /throttling|insufficient_quota|limit_requests|limit_burst_rate|rate.?limit|too many requests|resource_?exhausted/,
      /(?:频率|并发|速率).{0,10}(?:限制|超|过)|过于频繁|限流/,
    ],
    'rate-limited',
  ],
  [
    [
      /(?:model|deployment)_?not_?(?:found|exist)|model_not_supported|(?:unsupported|unknown|no such|invalid) model\b/,
      /(?:model|deployment) .{0,120}(?:does not exist|not found|not a valid)|模型.{0,40}不存在/,
    ],
    'model-not-found',
  ],
  [[/access_?denied|unpurchased/], 'access-denied'],
  [
    [
      /modelserving_?error|modelunavailable|modelservicefailed|internalerror\.timeout|requesttimeout|system_?error/,
      /overloaded/,
    ],
    'upstream-unavailable',
  ],
]

/** Codes that are numbers, where the words vary. */
export const errorNumbers: Record<string, Meaning> = { 1113: 'no-credit', 1301: 'moderation', 30001: 'no-credit' }

/** The model sees no pictures at all. */
export const blindPatterns = [
  /(?:not|n['’]t) (?:support|accept|have|allow|process|handle|see)\w* .{0,30}(?:vision|multi-?modal|visual|image|picture)/,
  /(?:vision|multi-?modal|visual|images?)\b.{0,30}(?:not (?:supported|enabled|available|loaded|allowed)|unsupported)/,
  /not a (?:multi-?modal|vision)|no endpoints? .{0,40}image|mmproj|text-only|expected `text`|不支持.{0,6}(?:图|视觉|多模态)/,
  /unexpected item type|incorrect modal|unsupported content part/,
]

/** Something about a picture or video, by the words of those who refuse it. */
export const mediaPatterns = [
  /image length and width|failed to decode|file format is illegal|media format|data-?uri|provided url|multimodal content/,
  /media resource|sequence images|video file|image input|image_url|invalid_image|image_parse|larger than factor/,
  /aspect ratio|base64|incorrect padding|at most \d+ (?:image|video|picture)|图片|图像|视频/,
  /(?:many|number of|count of|unsupported) (?:image|video|picture)s?\b/,
  /(?:image|picture|video|frame)s?\b.{0,60}(?:exceed|too (?:large|big|small|long|many)|corrupt|invalid|truncated|must be)/,
  /(?:invalid|cannot|can['’]t|could not|failed to|unable to|error)\b.{0,40}(?:image|picture|video)/,
]
