import Glibc

/// CPU and memory of processes, and the machine's idle time, from `/proc`.
struct ProcessWatch: Sendable {
    struct Watched: Sendable {
        let name: String
        let pid: Int32
    }

    /// A moment's figures.
    struct Reading: Sendable {
        fileprivate let cpuSeconds: [Double]
        fileprivate let idleTicks: Double
        fileprivate let allTicks: Double
        fileprivate let moment: Double
    }

    private let processes: [Watched]

    /// This process is watched, too.
    init(_ processes: [Watched]) {
        self.processes = processes + [Watched(name: "load client", pid: getpid())]
    }

    func read() -> Reading {
        let fields = text("/proc/stat").prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap {
            Double($0)
        }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Reading(
            cpuSeconds: processes.map { cpuSeconds($0.pid) },
            // Idle, and waiting for a disk.
            idleTicks: fields.count > 4 ? fields[3] + fields[4] : 0, allTicks: fields.prefix(8).reduce(0, +),
            moment: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// What happened since a reading, into a report.
    func fill(_ report: inout Report, since start: Reading) {
        let end = read()
        let seconds = max(end.moment - start.moment, 0.001)
        report.processes = processes.indices.map { index in
            (
                processes[index].name, (end.cpuSeconds[index] - start.cpuSeconds[index]) / seconds,
                rssMegabytes(processes[index].pid)
            )
        }
        report.idle = (end.idleTicks - start.idleTicks) / max(end.allTicks - start.allTicks, 1)
    }

    private func cpuSeconds(_ pid: Int32) -> Double {
        // After the name in brackets, which may hold blanks: user and system time are fields 12 and 13.
        let fields = text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func rssMegabytes(_ pid: Int32) -> Double {
        let fields = text("/proc/\(pid)/statm").split(separator: " ")
        guard fields.count > 1, let pages = Double(fields[1]) else { return 0 }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
    }

    private func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
