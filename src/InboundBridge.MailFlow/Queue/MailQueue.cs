using InboundBridge.MailFlow.Spool;
using Microsoft.Extensions.Logging;

namespace InboundBridge.MailFlow.Queue;

public sealed class MailQueue(IMailSpool spool, TimeProvider clock, Random jitter, ILogger log, MailQueueOptions options) : IAsyncDisposable
{
    public DeliveryEndedHook? Ended { get; set; }

    public void ReplaceDestinations(IReadOnlyList<(DestinationOptions Options, IDeliveryTarget Target)> destinations) => throw new NotSupportedException(spool.ToString() + clock + jitter + log + options);

    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask AcceptAsync(StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task StopAsync(TimeSpan drain) => throw new NotSupportedException();

    public Task<int> RetryAsync(DeliveryFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> CancelAsync(DeliveryFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ReleaseAsync(DeliveryFilter filter, string? destination, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> PauseAsync(string destination, string reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ResumeAsync(string destination, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ReplayAsync(string messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AddDeliveriesAsync(string messageId, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DeliveryOutcome?> TestAsync(string destination, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DestinationStatus>> ListDestinationsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
