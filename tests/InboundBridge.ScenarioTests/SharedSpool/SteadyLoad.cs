using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Senders that bring mail after mail to several nodes. After a refusal or a cut connection a sender goes to the next node, as with an MX
/// of several addresses. Each mail has its number once, so that each arrival shows whether it is a repeat.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    /// <summary>Mails of all loads have different numbers.</summary>
    private static int _next;

    private readonly IReadOnlyList<Func<int>> _ports;
    private readonly TimeSpan _pause;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _senders;
    private int _cut;
    private long _longest;

    /// <param name="pause">Between two mails of a sender.</param>
    public SteadyLoad(IReadOnlyList<Appliance> nodes, int senders, TimeSpan pause)
    {
        (_ports, _pause) = ([.. nodes.Select(node => (Func<int>)(() => node.SmtpPort))], pause);
        _senders = [.. Enumerable.Range(0, senders).Select(index => Task.Run(() => SendAsync(index)))];
    }

    /// <summary>The numbers of the mails that got 250.</summary>
    public ConcurrentDictionary<int, bool> Accepted { get; } = new();

    /// <summary>Replies other than 250.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    /// <summary>Connections that could not be opened, or that ended before the reply.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>From MAIL to the refusal.</summary>
    public TimeSpan LongestRefusal => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>Waits until so many more mails have got 250.</summary>
    public async Task GoOnAsync(int mails, Func<string> log, Deadline? deadline = null)
    {
        var before = Accepted.Count;
        await (deadline ?? Deadline.Usual).UntilAsync(
            () => Accepted.Count >= before + mails, $"{mails} mails with 250", () => $"{Refused.LastOrDefault()}\n{log()}");
    }

    /// <summary>Waits until each sender has probably met a refusal.</summary>
    public async Task AreRefusedAsync(Func<string> log)
    {
        var before = Refused.Count;
        await Deadline.Usual.UntilAsync(() => Refused.Count >= before + _senders.Count, "refusals", log);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Accepted.Count} mails with 250, {Refused.Count} refused, the slowest after {LongestRefusal.TotalSeconds:0.0} s, {Cut} cut.");

    private async Task SendAsync(int index)
    {
        for (var node = index; !_stop.IsCancellationRequested; node++)
        {
            try
            {
                await using var conversation = await SmtpConversation.OpenAsync(_ports[node % _ports.Count]());
                while (!_stop.IsCancellationRequested && await IsAcceptedAsync(conversation))
                    await PauseAsync();
            }
            catch (Exception cut) when (cut is IOException or SocketException)
            {
                Interlocked.Increment(ref _cut);
            }
            await PauseAsync();
        }
    }

    private async Task<bool> IsAcceptedAsync(SmtpConversation conversation)
    {
        var number = Interlocked.Increment(ref _next);
        var started = Stopwatch.GetTimestamp();
        var reply = await conversation.SendAsync(MailText.Numbered(number), "al@sender.test", "support@example.com");
        if (reply.StartsWith("250", StringComparison.Ordinal))
            return Accepted[number] = true;
        Refused.Enqueue(reply);
        Note(Stopwatch.GetElapsedTime(started));
        return false;
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(_pause, TimeProvider.System, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private void Note(TimeSpan time)
    {
        for (var longest = Interlocked.Read(ref _longest); time.Ticks > longest; longest = Interlocked.Read(ref _longest))
            Interlocked.CompareExchange(ref _longest, time.Ticks, longest);
    }
}
