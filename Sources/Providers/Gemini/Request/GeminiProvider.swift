import NIOCore

enum GeminiProvider {
    static func encode(
        _ request: ClientRequest, for target: GeminiTarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        throw RequestFault("not built yet")
    }
}
