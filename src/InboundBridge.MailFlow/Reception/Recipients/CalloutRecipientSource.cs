using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// Asks the mail store or relay behind us by RCPT, without sending a message: 2xx means yes, 5xx no, and anything else unknown.
/// </summary>
public sealed class CalloutRecipientSource(SmtpClientOptions options, TimeProvider clock, SmtpDial? dial = null) : IRecipientSource
{
    public async ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var session = await SmtpClientSession.OpenAsync(options, dial ?? SmtpSockets.DialAsync, clock, cancellationToken);
            var reply = await session.AskRecipientAsync(address, cancellationToken);
            await session.QuitAsync();
            if (reply.IsPositive)
                return RecipientAnswer.Yes;
            return reply.IsPermanentFailure && reply.Reason is null
                ? RecipientAnswer.No
                : RecipientAnswer.Unknown($"{options.Server} said {reply.Code} {reply.Text}");
        }
        catch (SmtpClientException fault)
        {
            return RecipientAnswer.Unknown($"{options.Server}: {fault.Reply.Text}");
        }
    }
}
