namespace InboundBridge.Smtp.Client;

/// <summary>Sends one mail and says goodbye: for trying things, and for whoever keeps no sessions.</summary>
public static class SmtpSender
{
    /// <summary>Opens a session, sends, closes. One reply for each recipient; never throws but for cancellation.</summary>
    public static async ValueTask<SmtpSendResult> SendAsync(
        SmtpClientOptions options, SmtpClientMessage message, CancellationToken cancellationToken, SmtpDial? dial = null, TimeProvider? clock = null)
    {
        SmtpClientSession session;
        try
        {
            session = await SmtpClientSession.OpenAsync(options, dial ?? SmtpSockets.DialAsync, clock ?? TimeProvider.System, cancellationToken);
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
