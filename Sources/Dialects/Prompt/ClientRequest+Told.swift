import NIOCore

extension ClientRequest {
    /// The prompt as the client wrote it, as JSON: its messages, prompt or input. Nil where it has none, or one of more than so many
    /// bytes, or one that is no UTF-8, which others could not read.
    public func toldPrompt(most: Int) -> [UInt8]? {
        let field = front.api.prompt
        guard fields.has(field) else { return nil }
        return body.withUnsafeReadableBytes { bytes in
            let slice = bytes[fields[field]]
            guard !slice.isEmpty, slice.count <= most, String(validating: slice, as: UTF8.self) != nil else {
                return nil
            }
            return Array(slice)
        }
    }

    /// The whole body as it was served: the client's, with the pictures and the conversation that were put into it. Nil where it has more than so many bytes, or is no UTF-8.
    public func toldBody(most: Int) -> String? {
        guard body.readableBytes <= most else { return nil }
        return String(validating: body.readableBytesView, as: UTF8.self)
    }
}
