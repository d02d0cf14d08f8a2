using System.Text;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;

namespace InboundBridge.Fuzz.TransportSecurity;

/// <summary>An MTA-STS policy of a hostile web server: it is refused, or bounded, and what is kept of it reads back as the same.</summary>
internal sealed class PolicyTarget : IFuzzTarget
{
    private const int MostHosts = 512;

    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(31_557_600);

    public string Name => "transport/policy";

    public IReadOnlyList<string> Words =>
    [
        "version: STSv1\r\n", "mode: enforce\n", "mode: testing\r\n", "mode: none\n", "mx: *.example.com\n", "mx: a.example.com\r\n",
        "max_age: 86400\n", "max_age: 99999999999\n", "x-new: \u00e9\n", "\r", "\n\n", ": ", "\0",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (!MtaStsPolicyReader.TryRead(input, out var policy, out var fault))
        {
            FuzzFailureException.Unless(policy is null && fault.Length > 0, "refused without a reason");
            return;
        }
        FuzzFailureException.Unless(policy!.Hosts.Count <= MostHosts, "too many hosts");
        FuzzFailureException.Unless(policy.MaxAge >= TimeSpan.Zero && policy.MaxAge <= LongestAge, "an age without bound");
        FuzzFailureException.Unless(policy.Hosts.Count > 0 || policy.Mode == MtaStsMode.None, "a policy without hosts");
        foreach (var host in policy.Hosts)
        {
            FuzzFailureException.Unless(
                !host.AsSpan().ContainsAnyExceptInRange('!', '~') && host.LastIndexOf('*') <= 0, $"a host that is none: {host}");
            _ = policy.Lists(host);
        }
        var kept = Encoding.UTF8.GetBytes(string.Join('\n', policy.Lines));
        FuzzFailureException.Unless(
            MtaStsPolicyReader.TryRead(kept, out var again, out _) && again!.Mode == policy.Mode && again.MaxAge == policy.MaxAge
                && again.Hosts.SequenceEqual(policy.Hosts, StringComparer.Ordinal),
            "another policy after a restart");
    }
}
