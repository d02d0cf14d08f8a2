using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>Opens the embedded spool for tests.</summary>
internal static class SpoolOpening
{
    /// <summary>Octets up to which a mail is stored in the database.</summary>
    public const int InlineLimit = 8192;

    public static Task<IMailSpool> OpenAsync(
        string path, TimeProvider clock, Func<SpoolInternals, SpoolInternals>? change = null, Func<SpoolOptions, SpoolOptions>? options =
        null, CaptureLog? log = null)
    {
        var internals = new SpoolInternals { Linger = TimeSpan.Zero, RecentOctets = 0 };
        var settings = new SpoolOptions { Path = path, MinimumFree = 0, InlineLimit = InlineLimit };
        return SqliteMailSpool.OpenAsync(
            options?.Invoke(settings) ?? settings,
            change?.Invoke(internals) ?? internals,
            clock,
            log is null ? NullLogger.Instance : log,
            CancellationToken.None);
    }
}
