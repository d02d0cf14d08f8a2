using System.Globalization;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.OnDemand;

/// <summary>
/// The appliance is killed at random points of collections. No mail is lost, and none comes twice but the one in flight: a kill between the
/// receiver's 250 and our record.
/// </summary>
public sealed class Every_collected_mail_arrives_after_kill_9 : IDisposable
{
    private const int MailsBetween = 12;

    /// <summary>More by INBOUNDBRIDGE_KILLS; each takes a few seconds.</summary>
    private static readonly int Kills =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_KILLS") is { Length: > 0 } kills
            ? int.Parse(kills, CultureInfo.InvariantCulture) : 12;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_none_comes_twice_but_the_one_in_flight()
    {
        await using var appliance = await CollectedMail.StartAsync(_folder, new TestCertificate(_folder));
        var random = new Random(16);
        var (taken, mayRepeat, sent) = (new List<string>(), new List<string>(), 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            await CollectedMail.SendAsync(appliance, sent, MailsBetween);
            sent += MailsBetween;
            var office = new BranchOffice(random);
            var collecting = office.CollectAsync(appliance.PortOf("odmr"));
            var wanted = random.Next(MailsBetween);
            await Deadline.Usual.UntilAsync(
                () => office.Taken.Count >= wanted || collecting.IsCompleted, $"{wanted} mails", () => appliance.Log);
            var pause = TimeSpan.FromMilliseconds(random.Next(12));
            await Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);
            await appliance.KillAsync();
            await collecting;
            taken.AddRange(office.Taken);
            // Only the last mail can be taken there and not be on record here.
            mayRepeat.AddRange(office.Taken.TakeLast(1));
            await appliance.StartAsync();
        }
        for (var reply = ""; !reply.StartsWith("453", StringComparison.Ordinal);)
        {
            var office = new BranchOffice(random);
            reply = await office.CollectAsync(appliance.PortOf("odmr"));
            Assert.NotEqual("", reply);
            taken.AddRange(office.Taken);
        }

        Assert.Equal(
            Enumerable.Range(0, sent).Select(number => $"number {number}").Order(StringComparer.Ordinal),
            taken.Distinct().Order(StringComparer.Ordinal));
        var twice = taken.GroupBy(subject => subject).Where(mails => mails.Count() > 1).ToList();
        Assert.All(twice, mails => Assert.Contains(mails.Key, mayRepeat));
        Assert.All(twice, mails => Assert.InRange(mails.Count(), 2, 1 + mayRepeat.Count(subject => subject == mails.Key)));
        await appliance.QueueEmptyAsync();
        Assert.Equal(sent, await appliance.DeliveriesAsync("delivered"));
    }
}
