import Balancer
import Config
import Curl
import Dialects
import FoundationEssentials
import Ledger
import Logging
import Server
import ServiceLifecycle
import SignIn

/// Fetches the keys of an identity provider: at the start, every so often, and when a token names one that is not known.
///
/// Keys that were fetched once stay while the provider is out, up to a bound. What it says goes nowhere but to the desk.
actor KeySetKeeper: Service {
    private let desk: SignInDesk
    private let places: [Configuration.SignIn.KeyPlace]
    private let interval: Duration
    private let stale: Duration
    private let curl: CurlMulti
    private let time: TimeSource
    private let logger: Logger
    private let line = ChangeLine()
    private var failures = 0
    /// How many keys each place had the last time, for the log.
    private var counts: [Int: SignInDesk.Taken] = [:]

    private static let mostBytes = 1 << 20
    private static let firstPause = Duration.seconds(1)

    init(
        _ desk: SignInDesk, places: [Configuration.SignIn.KeyPlace], every interval: Duration, stale: Duration,
        curl: CurlMulti, time: TimeSource, logger: Logger
    ) {
        (self.desk, self.places, self.interval, self.stale) = (desk, places, interval, stale)
        (self.curl, self.time, self.logger) = (curl, time, logger)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { [self] in
                    repeat { await fetchAll() } while (try? await time.sleep(time.now() + pause)) != nil
                }
                group.addTask { [self] in
                    for await _ in desk.misses { await fetchAll() }
                }
            }
        }
    }

    /// Until the places are asked again: less while one of them has not answered.
    private var pause: Duration {
        guard failures > 0 else { return interval }
        return min(interval, Self.firstPause * (1 << min(failures - 1, 6)))
    }

    /// Asks all places. One time after the other: an answer from before a change of keys must not come behind one from after it.
    func fetchAll() async { await line.perform { await self.fetch() } }

    private func fetch() async {
        var hasFailed = false
        for (number, place) in places.enumerated() {
            do throws(KeySetFault) { try take(await text(of: place), of: number) } catch {
                hasFailed = true
                logger.warning(
                    "The identity provider's keys could not be fetched; those from before are used for a while.",
                    metadata: ["place": "\(number)", "reason": "\(error.reason)"])
            }
        }
        failures = hasFailed ? failures + 1 : 0
        desk.looked()
    }

    private func take(_ text: [UInt8], of number: Int) throws(KeySetFault) {
        let lasts = interval + stale
        let until = WallTime(unixSeconds: time.unixSeconds() + lasts / .seconds(1))
        guard let taken = desk.take(text, of: number, until: until) else {
            throw KeySetFault("what came is no set of keys, or has none that signatures can be checked with")
        }
        guard counts.updateValue(taken, forKey: number) != taken else { return }
        logger.notice(
            "The identity provider's keys are here.",
            metadata: ["place": "\(number)", "keys": "\(taken.keys)", "keys.unusable": "\(taken.passedOver)"])
    }

    private func text(of place: Configuration.SignIn.KeyPlace) async throws(KeySetFault) -> [UInt8] {
        switch place {
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                throw KeySetFault("the file cannot be read")
            }
            guard data.count <= Self.mostBytes else { throw KeySetFault("the file has more than a megabyte") }
            return Array(data)
        case .address(let url):
            guard url.contains("/.well-known/openid-configuration") else { return try await get(url) }
            let document = JSONText(String(decoding: try await get(url), as: UTF8.self))
            guard case .text(let address)? = document?.member("jwks_uri")?.content else {
                throw KeySetFault("the provider's document names no jwks_uri")
            }
            let base = try? BaseURL(String(address.prefix { $0 != "?" }))
            // A document that came safely may name a place that is not safe.
            guard let base, base.scheme == .https || base.isLoopback else { throw KeySetFault("jwks_uri is not https") }
            return try await get(address)
        }
    }

    /// Follows no redirection: it could lead anywhere.
    private func get(_ url: String) async throws(KeySetFault) -> [UInt8] {
        let request = CurlRequest(
            method: .get, url: url, headers: [.init("User-Agent", "drover"), .init("Accept", "application/json")],
            body: nil,
            connectTimeout: .seconds(3), totalTimeout: .seconds(5), maximumBodyBytes: Self.mostBytes)
        let response: CurlResponse
        do throws(CurlError) { response = try await curl.perform(request) } catch { throw KeySetFault("\(error)") }
        guard response.status == 200 else { throw KeySetFault("the answer is \(response.status)") }
        return response.body
    }
}

/// Why keys did not come.
struct KeySetFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
