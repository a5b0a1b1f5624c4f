import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// An error as a whole answer: bytes for the hot lane, a response for the router.
enum ErrorResponse {
    /// The word by which the libraries of OpenAI's and Anthropic's go before they ask again.
    private static let shouldRetry = HTTPField.Name("x-should-retry")!

    static func bytes(_ error: GatewayError, call: CallHead, keepAlive: Bool) -> ByteBuffer {
        var body = ByteBuffer()
        let (told, status) = error.told(to: call)
        call.front.write(told, into: &body)
        var out = ByteBuffer()
        out.writeStatusLine(status)
        out.writeStaticString("content-type: ")
        out.writeStaticString(call.front.contentType(isStream: false))
        out.writeStaticString("\r\nx-litellm-call-id: ")
        call.callID.withBytes { _ = out.writeBytes($0) }
        out.writeStaticString("\r\ncontent-length: ")
        out.writeDecimal(body.readableBytes)
        if let seconds = error.retryAfter {
            out.writeStaticString("\r\nretry-after: ")
            out.writeDecimal(seconds)
        }
        if !error.mayPass(after: 0) { out.writeStaticString("\r\nx-should-retry: false") }
        if let origin = call.allowOrigin {
            out.writeStaticString("\r\naccess-control-allow-origin: ")
            out.writeString(origin)
            out.writeStaticString("\r\nvary: origin")
        }
        if !keepAlive { out.writeStaticString("\r\nconnection: close") }
        out.writeStaticString("\r\n\r\n")
        out.writeBuffer(&body)
        return out
    }

    static func response(_ error: GatewayError, front: Front = .openAIChat) -> Response {
        var body = ByteBuffer()
        let told = error.forClient
        front.write(told, into: &body)
        var headers: HTTPFields = [.contentType: "\(front.contentType(isStream: false))"]
        if let seconds = error.retryAfter { headers[.retryAfter] = String(seconds) }
        if !error.mayPass(after: 0) { headers[shouldRetry] = "false" }
        return Response(
            status: .init(code: front.status(of: told, usually: error.status)), headers: headers,
            body: .init(byteBuffer: body))
    }
}
