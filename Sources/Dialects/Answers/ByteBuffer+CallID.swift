import NIOCore

extension ByteBuffer {
    /// The inside of the string of a tool call's id, which is made up where the upstream gave none. A signature is joined
    /// to it, as LiteLLM does: most clients send back nothing but the id.
    mutating func writeCallID(
        _ id: UnsafeRawBufferPointer?, number: Int, responseID: UInt64, signature: UnsafeRawBufferPointer? = nil
    ) {
        if let id {
            writeBytes(id)
        } else {
            writeStaticString("call_")
            writeHex(responseID)
            writeStaticString("_")
            writeDecimal(number)
        }
        if let signature {
            writeStaticString("__thought__")
            writeBytes(signature)
        }
    }
}
