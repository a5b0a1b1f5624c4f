import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The router's side of the port: every connection that was demoted, each in a task of its own.
struct ColdLane: Sendable {
    private let connections = AsyncStream.makeStream(of: HybridChannel.Parts.self)

    /// Takes over a connection.
    func take(_ parts: HybridChannel.Parts) { connections.continuation.yield(parts) }

    /// No more are taken over.
    func finish() { connections.continuation.finish() }

    /// Serves connections until the last of them has ended behind ``finish()``.
    func run(_ channel: HybridChannel, logger: Logger) async {
        await withDiscardingTaskGroup { tasks in
            for await parts in connections.stream {
                tasks.addTask { await channel.handleHTTP(asyncChannel: parts, logger: logger) }
            }
        }
    }

    /// Answers requests by the router's routes.
    static func responder(
        _ routes: RouterResponder<RouteContext>, unixSeconds: @escaping @Sendable () -> Double, logger: Logger
    ) -> HTTPChannelHandler.Responder {
        { request, writer, channel in
            let context = RouteContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
            var response: Response
            do {
                response = try await routes.respond(to: request, context: context)
            } catch let error as HTTPParserError {
                throw error
            } catch {
                response = Response(status: .internalServerError)
            }
            response.headers[.date] = date(Int(unixSeconds()))
            try await writer.write(response: response.head, body: response.body)
        }
    }

    /// A date as HTTP writes it.
    static func date(_ unixSeconds: Int) -> String {
        var (seconds, parts) = (time_t(unixSeconds), tm())
        gmtime_r(&seconds, &parts)
        // Neither days nor months go by a locale: none is ever set.
        return String(unsafeUninitializedCapacity: 40) { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress!, $0.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            }
        }
    }
}
