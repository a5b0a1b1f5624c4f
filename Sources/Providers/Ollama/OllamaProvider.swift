import NIOCore

enum OllamaProvider {
    static func encode(
        _ request: ClientRequest, for target: UpstreamTarget, into out: inout ByteBuffer
    ) throws(RequestFault) {}
}
