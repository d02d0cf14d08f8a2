using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.MailFlow.Spool.Sqlite;

/// <summary>The embedded store keeps the contract.</summary>
public sealed class SqliteMailSpoolTests : MailSpoolContract
{
    private readonly SpoolFolder _folder = new();

    protected override Task<IMailSpool> OpenAsync(SpoolOptions options) => SqliteMailSpool.OpenAsync(
        options with { Path = _folder.Path }, new SpoolInternals { Linger = TimeSpan.Zero }, Clock, NullLogger.Instance, CancellationToken.None);

    protected override void Clean() => _folder.Dispose();
}
