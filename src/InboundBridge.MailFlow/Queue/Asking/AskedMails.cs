using InboundBridge.MailFlow.Queue.Attempts;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Outcomes;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>Stores mails whose destinations were asked first, in one transaction with their answers, and reports it afterwards.</summary>
internal sealed class AskedMails(
    IMailSpool spool, PartialAcceptance acceptance, FollowUpMails followUps, ResultRecorder recorder, QueueMetrics metrics,
    QueueWatch watch, ILogger log)
{
    /// <exception cref="SpoolUnavailableException">Nothing was kept.</exception>
    public async ValueTask KeepAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> records, MailAnswers answers,
        CancellationToken cancellationToken)
    {
        if (records.Count > 0)
        {
            acceptance.Applies(message, records, staged, out var refused);
            List<DeliveryEnd> ends = [.. refused, .. EndsOf(records, answers, staged)];
            var isTaken = records.All(record => record.State == DeliveryState.Delivered) && !followUps.MayFollow(ends);
            if (!isTaken)
            {
                var mail = new NewMail(staged, message, records) { Attempts = AttemptsOf(records, answers) };
                await acceptance.AcceptAsync(mail, ends, cancellationToken);
            }
            // Where retention would delete the record at once (spool.retain.delivered: 0s) there is nothing to make durable.
            else if (RetentionRules.AtLastDelivery(spool.Options) != RetentionVerdict.Remove)
                await spool.CommitAsync(staged, message, records, NewClaims.None, cancellationToken);
            watch.Received(message);
        }
        Report(records, answers);
    }

    /// <summary>Stores a pause that the scheduler already keeps.</summary>
    public Task PauseAsync(DestinationQueue destination, string reason) => recorder.PauseAsync(destination, reason);

    private static FailedAttempt?[] AttemptsOf(IReadOnlyList<SpooledDelivery> records, MailAnswers answers)
    {
        var attempts = new FailedAttempt?[records.Count];
        var any = false;
        for (var index = 0; index < attempts.Length; index++)
            any |= (attempts[index] = answers.Find(records[index].Id)?.Attempt) is not null;
        return any ? attempts : [];
    }

    /// <summary>With the octets, which are not in the spool yet.</summary>
    private static IEnumerable<DeliveryEnd> EndsOf(IReadOnlyList<SpooledDelivery> records, MailAnswers answers, StagedMessage staged) =>
        records.SelectMany(record => answers.Find(record.Id)?.Ends ?? []).Select(end => end with { Content = staged.Content });

    private void Report(IReadOnlyList<SpooledDelivery> records, MailAnswers answers)
    {
        foreach (var answer in answers.Deliveries)
        {
            if (answer.Asked is not { } destination)
                continue;
            var delivery = answer.Delivery;
            if (records.All(record => record.Id != delivery.Id))
            {
                if (delivery.State == DeliveryState.Delivered)
                    QueueLog.TakenInVain(log, delivery.MessageId, AskedIds.ForReceivers(delivery.Id), delivery.Destination);
                continue;
            }
            if (delivery.State == DeliveryState.Delivered)
                metrics.Of(destination).Delivered(answer.Duration);
            recorder.Report(delivery, answer.Duration);
        }
    }
}
