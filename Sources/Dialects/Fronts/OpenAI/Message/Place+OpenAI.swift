/// Places in the words of OpenAI's chat.
extension Place {
    func openAIPath(_ detail: Detail) -> String {
        let whole = "messages[\(message)]"
        var path: String
        switch spot {
        case .message: path = whole
        case .part(nil): path = whole + ".content"
        case .part(let number?): path = whole + ".content[\(number)]"
        case .picture(let number): path = whole + ".images[\(number)]"
        case .call(nil): path = whole + ".function_call"
        case .call(let number?): path = whole + ".tool_calls[\(number)]"
        }
        switch detail {
        case .itself: break
        case .kind: path += ".type"
        case .image: path += ".image_url.url"
        case .file: path += ".file"
        case .fileData: path += ".file.file_data"
        case .fileID: path += ".file.file_id"
        case .sound: path += ".input_audio.data"
        case .soundType: path += ".input_audio.format"
        case .callID: path += ".id"
        case .arguments: if case .call(nil) = spot { path += ".arguments" } else { path += ".function.arguments" }
        case .resultID: path = whole + ".tool_call_id"
        }
        return path
    }

    func openAIWord(_ kind: Block.Kind) -> String {
        switch kind {
        case .text: "text"
        case .refusal: "refusal"
        case .image, .shown: "image_url"
        case .file: "file"
        case .audio: "input_audio"
        case .thinking: "thinking"
        case .redacted: "redacted_thinking"
        case .call: "function"
        }
    }
}
