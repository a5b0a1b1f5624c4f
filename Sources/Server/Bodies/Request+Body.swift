import Balancer
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// A body that is whole. What it has unpacked is counted with the bytes of the connections until this is gone.
struct WholeBody {
    let bytes: ByteBuffer
    /// Nil where the connection counts all of it itself.
    let memory: MemoryHold?
}

/// How long a body may be, packed and unpacked.
struct BodyLimit {
    let bytes: Int
    /// Told of one that is longer, or does not come.
    let tooLarge: GatewayError
    /// The setting that changes it; nil where none does.
    var setting: String?
}

/// Bodies of requests that the router answers: packed as those that run a model may be.
extension Request {
    /// All of it, unpacked.
    func wholeBody(upTo limit: BodyLimit, of server: ServerContext) async throws(GatewayError) -> WholeBody {
        let coding = BodyCoding(headers[values: .contentEncoding])
        if case .unknown(let name) = coding { throw BodyCoding.refusal(of: name) }
        guard coding != .identity else {
            do { return WholeBody(bytes: try await body.collect(upTo: limit.bytes), memory: nil) } catch {
                throw limit.tooLarge
            }
        }
        let inflater = BodyInflater(coding, maximumLength: limit.bytes)
        let memory = MemoryHold(of: server.memory)
        var (whole, packed) = (ByteBuffer(), 0)
        do {
            for try await piece in body where piece.readableBytes > 0 {
                packed += piece.readableBytes
                guard packed <= limit.bytes else { throw limit.tooLarge }
                try inflater.unpack(piece, into: &whole)
                guard memory.hold(whole.readableBytes) else {
                    server.telemetry.note(.memoryRefused, at: server.time.now())
                    throw ServerLimits.memoryIsFull
                }
            }
            if packed > 0 { try inflater.finish() }
        } catch let fault as BodyInflater.Fault {
            throw ServerLimits.unpacking(fault, most: limit.bytes, setting: limit.setting)
        } catch { throw error as? GatewayError ?? limit.tooLarge }
        return WholeBody(bytes: whole, memory: memory)
    }
}
