using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// Divides the recipients of one message into as many transactions as the server needs, because it announces a limit (RFC 9422) or replies
/// 452 to the surplus (RFC 5321 §4.5.3.1.10). 452 is also the reply of a full disk, so a recipient is sent to again only if 452 answered
/// its RCPT while the same transaction took the mail to another recipient or refused it for good. Each transaction thereby leaves fewer
/// recipients to send to, and there are at most as many transactions as recipients, whatever the server replies.
/// </summary>
internal sealed class SmtpRecipientBatches(
    SmtpClientMessage message, SmtpSendPlan plan, SmtpClientOptions options, SmtpExtensions offered, SmtpWire wire,
    CancellationToken cancellationToken)
{
    private static readonly SmtpReply Stopped =
        SmtpReply.Create(451, 3, 2, "the delivery was stopped before the mail was sent to this recipient", "stopped");

    private readonly SmtpReply?[] _replies = new SmtpReply?[message.Recipients.Count];
    private readonly List<(int Index, string Command)> _waiting = [];

    public async ValueTask<SmtpSendResult> SendAsync(Action onTransaction)
    {
        for (var index = 0; index < _replies.Length; index++)
        {
            if (plan.Rcpt(message.Recipients[index], out _replies[index]) is { } command)
                _waiting.Add((index, command));
        }
        var stage = SmtpSendStage.Recipients;
        var nobodyIsRefused = _waiting.Count == _replies.Length;
        var transactions = 0;
        var nothingHeard = false;
        while (_waiting.Count > 0)
        {
            var transaction = new SmtpTransaction(wire, options, plan, message.Content, offered.Pipelining, cancellationToken);
            onTransaction();
            transactions++;
            try
            {
                await RunAsync(transaction);
            }
            catch (OperationCanceledException) when (transactions > 1)
            {
                // The replies of earlier transactions must not get lost: those recipients would get the mail twice.
                wire.Abort();
                LeaveWaiting(Stopped);
            }
            stage = transaction.Stage;
            nothingHeard = transaction.NothingHeard && transactions == 1;
            if (!transaction.MayGoOn)
                break;
        }
        if (transactions != 1 || !nobodyIsRefused)
            stage = SmtpSendStage.Recipients;
        return new SmtpSendResult(stage, _replies!) { NothingHeard = nothingHeard, OfferedDsn = offered.Dsn };
    }

    /// <summary>Runs one transaction. Afterwards fewer recipients are waiting, or none may be sent to.</summary>
    private async ValueTask RunAsync(SmtpTransaction transaction)
    {
        var batch = _waiting.GetRange(0, Math.Min(_waiting.Count, offered.RecipientLimit ?? int.MaxValue));
        var replies = await transaction.RunAsync(batch.ConvertAll(recipient => recipient.Command));
        _waiting.RemoveRange(0, batch.Count);
        var isAnybodySettled = Enumerable.Range(0, batch.Count).Any(
            index => !transaction.IsRefusedAtRcpt(index) && !replies[index].IsTransientFailure);
        for (var index = 0; index < batch.Count; index++)
        {
            _replies[batch[index].Index] = replies[index];
            if (isAnybodySettled && transaction.IsRefusedAtRcpt(index) && IsTooMany(replies[index]))
                _waiting.Add(batch[index]);
        }
        if (!transaction.MayGoOn)
            LeaveWaiting(transaction.ForAll is { IsPositive: false } reply ? reply : SmtpClientException.Lost().Reply);
    }

    /// <summary>Gives this reply to the recipients that the server has not been asked about.</summary>
    private void LeaveWaiting(SmtpReply reply)
    {
        foreach (var (index, _) in _waiting)
            _replies[index] ??= reply;
    }

    private static bool IsTooMany(SmtpReply reply) => reply is { Code: 452, Enhanced: null or { Subject: 5, Detail: 3 } };
}
