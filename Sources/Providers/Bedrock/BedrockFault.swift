import NIOCore

enum BedrockFault {
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        UpstreamFault(kind: .server, status: status, message: "")
    }
}
