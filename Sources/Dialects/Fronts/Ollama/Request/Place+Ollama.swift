/// Places in the words of `/api/chat`.
extension Place {
    func ollamaPath(_ detail: Detail) -> String {
        let whole = "messages[\(message)]"
        switch spot {
        case .message: return detail == .resultID ? whole + ".tool_call_id" : whole
        case .part: return whole + ".content"
        case .picture(let number): return whole + ".images[\(number)]"
        case .call(let number):
            let call = whole + ".tool_calls[\(number ?? 0)]"
            return detail == .callID ? call + ".id" : detail == .arguments ? call + ".function.arguments" : call
        }
    }

    func ollamaWord(_ kind: Block.Kind) -> String {
        switch kind {
        case .text, .refusal: "content"
        case .image, .shown, .file, .audio: "images"
        case .thinking, .redacted: "thinking"
        case .call: "tool_calls"
        }
    }
}
