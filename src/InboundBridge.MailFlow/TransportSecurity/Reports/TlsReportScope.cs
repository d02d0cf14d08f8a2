using System.Globalization;

namespace InboundBridge.MailFlow.TransportSecurity.Reports;

/// <summary>The domain and the time of one report.</summary>
internal readonly record struct TlsReportScope(DateTimeOffset Begin, DateTimeOffset End, string Domain)
{
    /// <summary>Sorts by time.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture, $"{Begin.ToUnixTimeSeconds()} {End.ToUnixTimeSeconds()} {Domain}");

    /// <param name="key"><see cref="Key"/>, or that with a space and more behind it.</param>
    /// <returns>Null for a key of another form.</returns>
    public static TlsReportScope? Read(string key)
    {
        var parts = key.Split(' ');
        return parts.Length >= 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var begin)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? new TlsReportScope(DateTimeOffset.FromUnixTimeSeconds(begin), DateTimeOffset.FromUnixTimeSeconds(end), parts[2])
            : null;
    }
}
