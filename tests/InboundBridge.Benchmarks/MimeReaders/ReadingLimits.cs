using System.Globalization;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>What reading one hostile mail may take before it is stopped, so that the benchmark ends by itself.</summary>
/// <param name="Seconds">Of processor time.</param>
/// <param name="Megabytes">Allocated in all, not live at once.</param>
internal sealed record ReadingLimits(int Seconds, int Megabytes)
{
    /// <returns>Null while the limits hold.</returns>
    public string? Exceeded(TimeSpan cpu, long octets) =>
        cpu.TotalSeconds >= Seconds ? string.Create(CultureInfo.InvariantCulture, $"stopped after {Seconds} s")
        : octets >= Megabytes * 1024L * 1024 ? string.Create(CultureInfo.InvariantCulture, $"stopped after {Megabytes:#,0} MB")
        : null;
}
