using InboundBridge.MailFlow.Reception;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.MailFlow.Reception.Asking;

/// <summary>Another client of the same appliance.</summary>
internal sealed class OtherSession(AskScene scene) : IAsyncDisposable
{
    private readonly MailReceiver _receiver = new(scene.Reception.Peer, scene.Reception.Services);

    public async Task<SmtpReply> SendAsync(string recipient = "support@example.com")
    {
        await _receiver.MailAsync(new MailCommand(SmtpAddress.FromText("al@customer.example")), CancellationToken.None);
        await _receiver.RcptAsync(new RcptCommand(SmtpAddress.FromText(recipient)), CancellationToken.None);
        var body = new TextBody(AskScene.Mail.ReplaceLineEndings("\r\n"), int.MaxValue);
        var reply = Assert.Single(await _receiver.DataAsync(body, CancellationToken.None));
        _receiver.Reset();
        return reply;
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();
}
