using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// Divides the recipients of one message into as many transactions as the server needs, because it announces a limit (RFC 9422) or replies
/// 452 to the surplus (RFC 5321 §4.5.3.1.10). Each transaction settles at least one recipient, so the number of transactions is bounded.
/// </summary>
internal sealed class SmtpRecipientBatches(
    SmtpClientMessage message, SmtpSendPlan plan, SmtpClientOptions options, SmtpExtensions offered, SmtpWire wire,
    CancellationToken cancellationToken)
{
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
            var goOn = await RunAsync(transaction);
            stage = transaction.Stage;
            nothingHeard = transaction.NothingHeard && transactions == 1;
            if (!goOn)
                break;
        }
        if (transactions != 1 || !nobodyIsRefused)
            stage = SmtpSendStage.Recipients;
        return new SmtpSendResult(stage, _replies!) { NothingHeard = nothingHeard, OfferedDsn = offered.Dsn };
    }

    /// <summary>Runs one transaction; true when another one may follow.</summary>
    private async ValueTask<bool> RunAsync(SmtpTransaction transaction)
    {
        var count = Math.Min(_waiting.Count, offered.RecipientLimit ?? int.MaxValue);
        var batch = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        var replies = await transaction.RunAsync(batch.ConvertAll(recipient => recipient.Command));
        for (var index = 0; index < count; index++)
        {
            if (transaction.MayGoOn && IsTooMany(replies[index]))
                _waiting.Add(batch[index]);
            _replies[batch[index].Index] = replies[index];
        }
        if (!transaction.MayGoOn)
        {
            foreach (var (index, _) in _waiting)
                _replies[index] ??= replies[^1].IsPositive ? SmtpClientException.Lost().Reply : replies[^1];
        }
        return transaction.MayGoOn;
    }

    private static bool IsTooMany(SmtpReply reply) => reply is { Code: 452, Enhanced: null or { Subject: 5, Detail: 3 } };
}
