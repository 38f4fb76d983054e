import { describe, expect, test } from 'vitest'
import type { RunErrorCode } from '../../shared/run/run.ts'
import { isRefusalOf, toRunError } from './to-run-error.ts'

type Refusal = [status: number, message: string, code?: string | number]

/** What services say, each in its own words, and what a person should be told. */
const refusals: Partial<Record<RunErrorCode, Refusal[]>> = {
  'no-credit': [
    [400, 'Access denied, please make sure your account is in good standing.', 'Arrearage'],
    [402, 'Insufficient Balance', 'invalid_request_error'],
    [429, '余额不足或无可用资源包,请充值。', '1113'],
    [429, '您的账户已欠费，请充值后重试'],
    [403, 'Sorry, your account balance is insufficient', 30001],
    [403, '用户额度不足, 剩余额度: ＄-0.000002', 'insufficient_user_quota'],
    [403, 'user quota is not enough', 'insufficient_user_quota'],
    [403, 'token quota is not enough, token remain quota: $0.01, need quota: $0.10', 'pre_consume_token_quota_failed'],
    [400, 'Your credit balance is too low to access the API. Please go to Plans & Billing.', 'invalid_request_error'],
    [429, 'Your account is suspended, please check your account balance', 'exceeded_current_quota_error'],
    [402, 'This request requires more credits, or fewer max_tokens.'],
    [
      429,
      'You exceeded your current quota, please check your plan and billing details. Read https://platform.openai.com/docs/guides/error-codes.',
      'insufficient_quota',
    ],
  ],
  'rate-limited': [
    [429, 'You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota'],
    [429, 'Requests rate limit exceeded, please try again later.', 'Throttling.RateQuota'],
    [429, 'Allocated quota exceeded, please increase your quota limit.', 'Throttling.AllocationQuota'],
    [429, '当前分组上游负载已饱和，请稍后再试'],
    [429, '您的账户已达到速率限制，请您控制请求频率', '1302'],
    [400, '请求过于频繁，请稍后再试'],
  ],
  'context-too-long': [
    [400, '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]'],
    [
      400,
      'The decoder prompt (length 17772) is longer than the maximum model length of 16384. Make sure that `max_model_len` is no smaller than the number of text tokens plus multimodal tokens. For image inputs, the number of image tokens depends on the number of images.',
      'BadRequestError',
    ],
    [400, 'The prompt (total length 25938) is too long to fit into the model (context length 4096).'],
    [400, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."],
    [400, 'Total message token length exceed model limit'],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'invalid_request_error'],
    [400, "Invalid 'messages[0].content': string too long. Expected a string with maximum length 1048576."],
    [400, 'the request exceeds the available context size, try increasing it', 'exceed_context_size_error'],
    [500, 'The decoder prompt (length 66501) is longer than the maximum model length of 65536.'],
    [400, 'Prompt 超长，请缩短后重试', '1261'],
    [400, '输入超出模型最大上下文长度'],
    [413, ''],
  ],
  'media-rejected': [
    [
      400,
      'The image length and width do not meet the model restrictions. [height:1 or width:1 must be larger than 10]',
    ],
    [400, 'At most 1 image(s) may be provided in one request.', 'BadRequestError'],
    [400, 'Too many images in request: 12 > 10'],
    [400, 'Model does not support images. Please use a model that does.'],
    [400, 'this model does not support image input'],
    [404, 'No endpoints found that support image input'],
    [500, 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj', 500],
    [400, 'qwen3-32b is not a multimodal model', 'BadRequestError'],
    [400, 'Failed to deserialize the JSON body: messages[0]: unknown variant `image_url`, expected `text`'],
    [400, 'Unsupported content part type for text-only server: image_url'],
    [400, 'cannot identify image file <_io.BytesIO object at 0x7f>'],
    [400, 'Invalid base64-encoded string: number of data characters cannot be 1 more than a multiple of 4'],
    [500, 'failed to process image'],
    [500, 'height:27 or width:332 must be larger than factor:32'],
    [400, 'messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes'],
    [400, 'Exceeded limit on max bytes per data-uri item : 10485760'],
    [400, "Invalid 'messages[0].content[0].image_url.url': string too long. Expected at most 20971520."],
    [400, '图片输入格式/解析错误', '1210'],
  ],
  'moderation-input': [
    [400, 'Input data may contain inappropriate content.', 'data_inspection_failed'],
    [
      400,
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
      'content_filter',
    ],
    [400, 'Content Exists Risk', 'invalid_request_error'],
    [400, '系统检测到输入或生成内容可能包含不安全或敏感内容，请您避免输入易产生敏感内容的提示语。', '1301'],
    [400, 'Your request was rejected as a result of our safety system.', 'content_policy_violation'],
  ],
  'moderation-output': [[400, 'Output data may contain inappropriate content.', 'data_inspection_failed']],
  'invalid-key': [
    [401, 'Incorrect API key provided.', 'invalid_api_key'],
    [401, 'Unauthorized'],
  ],
  'model-not-found': [
    [404, 'The model `x` does not exist or you do not have access to it.', 'model_not_found'],
    [400, '模型 x 不存在', '1211'],
    [404, 'model "x" not found, try pulling it first'],
  ],
  'access-denied': [
    [403, 'free tier exhausted', 'AllocationQuota.FreeTierOnly'],
    [403, 'Forbidden'],
  ],
  'bad-request': [
    [400, 'The thinking_budget parameter must be a positive integer and not greater than 81920'],
    [422, 'Extra inputs are not permitted'],
    [400, 'This model only support stream mode, please enable the stream parameter.'],
    [400, 'max_tokens is too large: 100000. This model supports at most 4096 completion tokens.'],
  ],
  'upstream-unavailable': [
    [500, 'Request timed out, please try again later.', 'InternalError.Timeout'],
    [503, 'The engine is currently overloaded, please try again later'],
    [502, ''],
  ],
}

/** The same refusal as different servers and the relays before them wrap it. */
function toWrappings([status, message, code]: Refusal): [status: number | undefined, body: string][] {
  const error = { message, type: 'x', param: null, ...(code !== undefined && { code }) }
  const json = JSON.stringify({ error, request_id: 'r' })
  return [
    [status, json],
    [status, `data: ${json}\n\n`],
    [status, `event:error\n:HTTP_STATUS/${status}\ndata:${JSON.stringify({ code, message, request_id: 'r' })}\n\n`],
    [status, JSON.stringify({ error: { message: 'Provider returned error', code: 400, metadata: { raw: json } } })],
    ...(code === undefined
      ? ([
          [status, JSON.stringify({ error: message })],
          [status, JSON.stringify({ detail: message })],
          [status, JSON.stringify({ detail: [{ loc: ['body'], msg: message }] })],
          [status, JSON.stringify({ object: 'error', message })],
          [status, JSON.stringify({ errors: [{ message }] })],
          [status, message],
        ] as [number, string][])
      : []),
  ]
}

for (const [code, each] of Object.entries(refusals)) {
  test.each(each)(`${code}: %i %s`, (...refusal) => {
    for (const [status, body] of toWrappings(refusal)) expect(toRunError({ status, body }).code, body).toBe(code)
  })
}

describe('what is told beside the code', () => {
  test('a model that sees no pictures is named as that', () => {
    const body = '{"error":{"message":"Model does not support images. Please use a model that does."}}'
    expect(toRunError({ status: 400, body }).message).toContain('cannot see pictures')
    const broken = '{"error":{"message":"Failed to decode the image."}}'
    expect(toRunError({ status: 400, body: broken }).message).not.toContain('cannot see pictures')
  })

  test('a list of what is wrong names each place', () => {
    const body = JSON.stringify({
      detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }],
    })
    expect(toRunError({ status: 422, body }).message).toContain('stream_options: Extra inputs are not permitted')
    expect(isRefusalOf('stream_options', body)).toBe(true)
    expect(isRefusalOf('stream_options', '{"error":{"message":"Unknown parameter","param":"stream_options"}}')).toBe(
      true,
    )
    expect(
      isRefusalOf('stream_options', '{"detail":[{"loc":["body","top_k"],"msg":"no","input":"stream_options"}]}'),
    ).toBe(false)
  })

  test('the key is in none of it', () => {
    const apiKey = 'very.secret'
    const body = `{"error":{"message":"Incorrect API key provided: ${apiKey} and sk-other1234.","code":"x"},"request_id":"${apiKey}"}`
    expect(JSON.stringify(toRunError({ status: 401, body, apiKey }))).not.toMatch(/very\.secret|sk-other/)
  })
})
