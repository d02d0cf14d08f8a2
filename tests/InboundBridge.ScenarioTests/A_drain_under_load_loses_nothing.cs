using System.Globalization;
using InboundBridge.ScenarioTests.Peers;
using InboundBridge.ScenarioTests.SharedSpool;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// SIGTERM under load, while a receiver takes its time. What it answers within 25 s is not sent again; what it does not answer is, and
/// nothing is lost. The other receiver notices nothing.
/// </summary>
public sealed class A_drain_under_load_loses_nothing : IDisposable
{
    private const int Senders = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(30);

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(25, false)]
    [InlineData(40, true)]
    public async Task And_repeats_only_what_was_not_answered(int seconds, bool repeats)
    {
        await using var app = await WebhookTally.StartAsync(Usual);
        await using var slow = await WebhookTally.StartAsync(Usual);
        var other = slow.Destination("slow").Replace("app: {", "slow: {", StringComparison.Ordinal);
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app", "webhook: slow"), [app.Destination("app"), other]));
        await using var load = new SteadyLoad([appliance], Senders, Pause);
        await load.GoOnAsync(100, () => appliance.Log);

        var since = TimeProvider.System.GetTimestamp();
        slow.AnswerAfter = TimeSpan.FromSeconds(seconds);
        await load.GoOnAsync(20, () => appliance.Log);
        var watch = Deadline.In(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await appliance.StopAsync(watch));
        var took = watch.Elapsed;
        slow.AnswerAfter = TimeSpan.Zero;
        await load.StopAsync();
        await appliance.StartAsync();
        await appliance.QueueEmptyAsync();

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"the stop took {took.TotalSeconds:0.0} s; {load} {app.Arrivals.Count} arrivals at one, {slow.Arrivals.Count} at the other"));
        // The service's own limit is 75 s.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(65));
        Assert.All(load.Refused, reply => Assert.StartsWith("4", reply, StringComparison.Ordinal));
        Assert.Empty(Repeated(app));
        Assert.All(load.Accepted.Keys, number => Assert.True(app.Has(number) && slow.Has(number), $"mail {number} is lost"));
        Assert.Equal(repeats, Repeated(slow).Count > 0);
        Assert.All(Repeated(slow), arrivals => Assert.True(arrivals.Count == 2 && arrivals[0].At >= since));
    }

    private static List<List<WebhookArrival>> Repeated(WebhookTally tally) =>
    [
        .. tally.Arrivals.GroupBy(arrival => arrival.Id).Where(group => group.Count() > 1)
            .Select(group => group.OrderBy(each => each.At).ToList()),
    ];
}
