import NIOCore

enum OllamaFault {
    static func classify(status: Int, body: ByteBuffer, target: UpstreamTarget) -> UpstreamFault {
        UpstreamFault(kind: .server, status: status, message: "")
    }
}
