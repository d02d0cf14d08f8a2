namespace InboundBridge.Benchmarks.Scripts;

/// <summary>Octets of one script worker.</summary>
/// <param name="Resident">With the files that it shares with other processes.</param>
/// <param name="Own">What no other process uses: the memory that would be free without it.</param>
internal sealed record WorkerMemory(long Resident, long Own);
