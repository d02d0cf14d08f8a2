namespace InboundBridge.Smtp.Client;

/// <summary>Sends one message over a session of its own.</summary>
public static class SmtpSender
{
    /// <summary>Opens a session, sends and closes. Returns one reply for each recipient; throws only when cancelled.</summary>
    public static async ValueTask<SmtpSendResult> SendAsync(
        SmtpClientOptions options, SmtpClientMessage message, CancellationToken cancellationToken, SmtpDial? dial = null,
        TimeProvider? clock = null)
    {
        SmtpClientSession session;
        try
        {
            session = await SmtpClientSession.OpenAsync(
                options, dial ?? SmtpSockets.DialAsync, clock ?? TimeProvider.System, cancellationToken);
        }
        catch (SmtpClientException fault)
        {
            return SmtpSendResult.ForAll(SmtpSendStage.Connect, message.Recipients.Count, fault.Reply);
        }
        using (session)
        {
            var result = await session.SendAsync(message, cancellationToken);
            await session.QuitAsync();
            return result;
        }
    }
}
