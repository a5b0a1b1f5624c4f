import NIOCore

enum GeminiFault {
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        UpstreamFault(kind: .server, status: status, message: "")
    }
}
