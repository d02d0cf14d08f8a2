using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>Opens a session over a turned connection, and ends it without sending mail.</summary>
internal sealed class ShortTurn : ISmtpTurn
{
    private static readonly SmtpClientOptions Options = new()
    {
        Server = new SmtpEndpoint("192.0.2.7", 0),
        Hostname = "mx.example.net",
        Tls = InboundBridge.Smtp.Client.SmtpTlsMode.Off,
    };

    public async ValueTask<bool> RunAsync(Stream connection, CancellationToken shutdown)
    {
        try
        {
            using var session = await SmtpClientSession.OpenAsync(
                Options, (_, _) => ValueTask.FromResult(connection), TimeProvider.System, shutdown);
            await session.QuitAsync();
            return true;
        }
        catch (SmtpClientException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
