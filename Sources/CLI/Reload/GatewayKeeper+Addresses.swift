import Config
import Logging
import Server

/// Addresses of host names that have come or gone: the configuration is the same, and stands for other instances.
extension GatewayKeeper {
    /// Takes up the addresses that are known now. False where that failed, and is to be tried again.
    func takeAddresses() async -> Bool {
        await line.perform { await self.meet() }
    }

    private func meet() async -> Bool {
        let found = await parts.addresses.discovered(written)
        guard found.instances != assembly.configuration.instances else { return true }
        let report = await change(to: found, writtenAs: written)
        for fault in report.faults {
            logger.warning("The pool does not follow an address yet.", metadata: ["reason": "\(fault)"])
        }
        return report.faults.isEmpty
    }
}
