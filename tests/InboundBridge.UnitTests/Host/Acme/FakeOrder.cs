using System.Security.Cryptography.X509Certificates;

namespace InboundBridge.UnitTests.Host.Acme;

/// <summary>An order at the <see cref="FakeAuthority"/>.</summary>
internal sealed class FakeOrder(int number, IReadOnlyList<string> names)
{
    private readonly Dictionary<string, (bool IsProven, int PollsLeft)> _seen = new(StringComparer.Ordinal);

    public int Number => number;

    public IReadOnlyList<string> Names => names;

    public X509Certificate2? Certificate { get; set; }

    public string Status => Certificate is not null ? "valid"
        : names.Any(name => _seen.TryGetValue(name, out var seen) && !seen.IsProven) ? "invalid"
        : names.All(name => _seen.TryGetValue(name, out var seen) && seen.PollsLeft <= 0) ? "ready" : "pending";

    public string TokenOf(string name) => $"token-of-order-{number}-for-{name.Replace('.', '-')}";

    /// <summary>Looks at the answer to a challenge.</summary>
    public void Look(string name, bool isProven, int pendingPolls) => _seen[name] = (isProven, pendingPolls);

    public string StatusOf(string name)
    {
        if (!_seen.TryGetValue(name, out var seen))
            return "pending";
        _seen[name] = seen with { PollsLeft = seen.PollsLeft - 1 };
        return seen.PollsLeft > 0 ? "pending" : seen.IsProven ? "valid" : "invalid";
    }
}
