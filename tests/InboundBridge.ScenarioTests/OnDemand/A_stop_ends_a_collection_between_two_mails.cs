using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.OnDemand;

/// <summary>
/// SIGTERM in the middle of a collection: the mail under way is finished and recorded, and the rest is collected after the start.
/// </summary>
public sealed class A_stop_ends_a_collection_between_two_mails : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_none_comes_twice()
    {
        const int Mails = 40;
        await using var appliance = await CollectedMail.StartAsync(_folder, new TestCertificate(_folder));
        await CollectedMail.SendAsync(appliance, 0, Mails);
        var random = new Random(16);
        var office = new BranchOffice(random, TimeSpan.FromMilliseconds(500));
        var collecting = office.CollectAsync(appliance.PortOf("odmr"));
        await Deadline.Usual.UntilAsync(() => office.Taken.Count >= 3, "three mails", () => appliance.Log);
        Assert.Equal(0, await appliance.StopAsync());
        Assert.StartsWith("250", await collecting, StringComparison.Ordinal);
        Assert.True(office.HasAnswered);
        Assert.InRange(office.Taken.Count, 3, Mails - 1);

        await appliance.StartAsync();
        var rest = new BranchOffice(random);
        Assert.StartsWith("250", await rest.CollectAsync(appliance.PortOf("odmr")), StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, Mails).Select(number => $"number {number}"), office.Taken.Concat(rest.Taken));
        await appliance.QueueEmptyAsync();
    }
}
