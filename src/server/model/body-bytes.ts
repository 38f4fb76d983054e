import type { Turn } from './contract.ts'

/** More than any model service takes in one request. */
export const maxBodyBytes = 48 * 1024 * 1024

/** About the bytes of a request with these turns: pictures in base64, most other text one byte a character. */
export const countBodyBytes = (turns: Turn[]): number =>
  turns.reduce((sum, { question, thinkingText = '', answerText = '', media }) => {
    const pictures = media.reduce((bytes, picture) => bytes + Math.ceil((picture.bytes ?? 0) / 3) * 4, 0)
    return sum + question.length + thinkingText.length + answerText.length + pictures
  }, 0)
