import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// Bodies of requests that the router answers: packed as those that run a model may be.
extension Request {
    /// All of it, unpacked; so many bytes at most, packed and unpacked.
    ///
    /// - Parameter tooLarge: told of one that is longer, or does not come.
    func wholeBody(upTo most: Int, tooLarge: GatewayError) async throws(GatewayError) -> ByteBuffer {
        let coding = BodyCoding(headers[values: .contentEncoding])
        if case .unknown(let name) = coding { throw BodyCoding.refusal(of: name) }
        let packed: ByteBuffer
        do { packed = try await body.collect(upTo: most) } catch { throw tooLarge }
        guard coding != .identity, packed.readableBytes > 0 else { return packed }
        let inflater = BodyInflater(coding, maximumLength: most)
        var whole = ByteBuffer()
        do throws(BodyInflater.Fault) {
            try inflater.unpack(packed, into: &whole)
            try inflater.finish()
        } catch {
            throw ServerLimits.unpacking(error, most: most)
        }
        return whole
    }
}
