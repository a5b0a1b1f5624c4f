import NIOCore

enum BedrockProvider {
    static func encode(
        _ request: ClientRequest, for target: BedrockTarget, drops: Bool, unixSeconds: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        throw RequestFault("not built yet")
    }
}
