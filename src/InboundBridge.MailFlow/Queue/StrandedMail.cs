using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.MailFlow.Queue.Scheduling;
using InboundBridge.MailFlow.Spool.Contract;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

/// <summary>
/// Finds mail that waits for destinations which were renamed or removed. No attempt is made for it, so nothing else would report it.
/// </summary>
internal sealed class StrandedMail(IMailSpool spool, DestinationScheduler destinations, ILogger log)
{
    private IReadOnlyList<(string Destination, DateTimeOffset Oldest)> _ages = [];

    /// <summary>When the oldest delivery for each of those destinations was made, as last read.</summary>
    public IReadOnlyList<(string Destination, DateTimeOffset Oldest)> Ages => Volatile.Read(ref _ages);

    /// <exception cref="SpoolUnavailableException">The spool can't be read.</exception>
    public async Task<IReadOnlyList<StrandedDeliveries>> ListAsync(CancellationToken cancellationToken) => StrandedDeliveries.Among(
        (await spool.ReadTotalsAsync(cancellationToken)).Deliveries, destination => destinations.Find(destination) is not null);

    public async Task WarnAsync(CancellationToken cancellationToken)
    {
        foreach (var stranded in await ListAsync(cancellationToken))
            QueueLog.Stranded(log, stranded.Destination, stranded.Count, stranded.Remedy);
    }

    public async Task ReadAgesAsync(CancellationToken cancellationToken)
    {
        List<string> stranded = [.. (await ListAsync(cancellationToken)).Select(each => each.Destination)];
        var ages = await spool.FindOldestOpenAsync(stranded, cancellationToken);
        Volatile.Write(ref _ages, [.. ages.Select(age => (age.Key, age.Value))]);
    }
}
