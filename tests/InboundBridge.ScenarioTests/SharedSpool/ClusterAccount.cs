using System.Globalization;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// Compares what got 250 with what arrived. A second arrival is accounted for if the delivery was in flight at a kill: open in the database
/// right after it, and brought before by the node that was killed (or by any, if it was the database).
/// </summary>
internal sealed class ClusterAccount
{
    private readonly SteadyLoad _load;
    private readonly IReadOnlyList<ClusterKill> _kills;
    private readonly IReadOnlyList<WebhookArrival> _arrivals;
    private readonly Dictionary<ClusterKill, List<TimeSpan>> _resumed = [];
    private int _repeats;

    public ClusterAccount(SteadyLoad load, WebhookTally tally, IReadOnlyList<ClusterKill> kills)
    {
        (_load, _kills, _arrivals) = (load, kills, tally.Arrivals);
        var byId = _arrivals.GroupBy(arrival => arrival.Id).ToDictionary(
            group => group.Key, group => group.OrderBy(arrival => arrival.At).ToList(), StringComparer.Ordinal);
        foreach (var arrivals in byId.Values)
            CountRepeats(arrivals);
        MeasureResumption(byId);
    }

    /// <summary>Mails with 250 that did not arrive.</summary>
    public IReadOnlyList<int> Lost => [.. _load.Accepted.Keys.Except(_arrivals.Select(arrival => arrival.Number)).Order()];

    /// <summary>Second arrivals of deliveries that were not in flight at any kill.</summary>
    public List<string> Unexplained { get; } = [];

    /// <summary>Mails that arrived under two ids.</summary>
    public IReadOnlyList<int> OfTwoIds => [.. _arrivals.GroupBy(arrival => arrival.Number)
        .Where(group => group.Select(arrival => arrival.Id).Distinct(StringComparer.Ordinal).Count() > 1).Select(group => group.Key)];

    /// <summary>The longest time from a node's death to the next attempt of a delivery that it had claimed.</summary>
    public TimeSpan LongestResumption => _resumed.Where(entry => entry.Key.Victim != ClusterKill.Database)
        .SelectMany(entry => entry.Value).DefaultIfEmpty().Max();

    public override string ToString()
    {
        var text = new StringBuilder();
        Add(text, $"{_load.Accepted.Count} mails with 250, {_load.Refused.Count} refused, ");
        Add(text, $"the slowest after {_load.LongestRefusal.TotalSeconds:0.0} s, {_load.Cut} connections cut; ");
        Add(text, $"{_arrivals.Count} arrivals, {Lost.Count} lost, {_repeats} repeats, ");
        Add(text, $"{Unexplained.Count} of them not in flight at a kill; ");
        Add(text, $"claims of dead nodes went on after {LongestResumption.TotalSeconds:0.0} s at most\n");
        foreach (var kill in _kills)
        {
            var resumed = _resumed.GetValueOrDefault(kill, []);
            Add(text, $"  {kill.Victim} killed: {kill.Open.Count} deliveries open, {resumed.Count} attempted later, ");
            Add(text, $"the last after {resumed.DefaultIfEmpty().Max().TotalSeconds:0.0} s\n");
        }
        return text.ToString();
    }

    private static void Add(StringBuilder text, FormattableString more) => text.Append(more.ToString(CultureInfo.InvariantCulture));

    private void CountRepeats(List<WebhookArrival> arrivals)
    {
        for (var index = 1; index < arrivals.Count; index++)
        {
            var (first, second) = (arrivals[index - 1], arrivals[index]);
            _repeats++;
            var isInFlight = _kills.Any(kill => first.At <= kill.SeenAt && kill.At <= second.At && kill.Open.ContainsKey(first.Id)
                && (kill.Victim == ClusterKill.Database || kill.Victim == first.Node));
            if (!isInFlight)
                Unexplained.Add($"{first.Id} (mail {first.Number}) came from {first.Node} and again from {second.Node}");
        }
    }

    /// <summary>A claim may be open at several kills, of which the first is the one that left it behind.</summary>
    private void MeasureResumption(Dictionary<string, List<WebhookArrival>> byId)
    {
        var seen = new HashSet<(string Id, string Owner)>();
        foreach (var kill in _kills)
        {
            foreach (var (id, owner) in kill.Open)
            {
                // What the node itself still sent while it was being killed does not count.
                var next = byId.GetValueOrDefault(id, []).Find(
                    arrival => arrival.At > (arrival.Node == kill.Victim ? kill.SeenAt : kill.At));
                if (!seen.Add((id, owner)) || next is null)
                    continue;
                if (!_resumed.TryGetValue(kill, out var times))
                    _resumed[kill] = times = [];
                times.Add(TimeProvider.System.GetElapsedTime(kill.At, next.At));
            }
        }
    }
}
