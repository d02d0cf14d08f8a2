using System.Net;
using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.Fuzz.Spf;

/// <summary>
/// SPF with hostile text in every place: the first line is the reverse-path, the second the argument of EHLO, the rest the TXT record of
/// every name. A check ends, asks a bounded number of questions, and says only what may stand in a reply or a header.
/// </summary>
internal sealed class RecordTarget : IFuzzTarget
{
    /// <summary>
    /// Ten terms, each with ten hosts of an exchanger; the names of the client; the record and its explanation; looking ahead.
    /// </summary>
    private const int MostQuestions = 1 + (10 * 11) + 11 + 1 + 16;

    private const int LongestText = 450;

    private readonly SpfCheck _check = new(new SpfOptions(), TimeProvider.System);

    public string Name => "spf/record";

    public IReadOnlyList<string> Words =>
    [
        "v=spf1 ", " -all", " ?all", " a", " mx", " ptr", " include:", " exists:", " redirect=", " exp=", " ip4:", " ip6:", "/24", "//64",
        "%{s}", "%{l1r-}", "%{d2}", "%{ir}", "%{p}", "%{v}", "%{h}", "%{c}", "%{r}", "%{t}", "%{O}", "%%", "%_", "%-",
        ".example.net", " x=",
        "192.0.2.1", "2001:db8::1",
    ];

    public void Run(ReadOnlySpan<byte> input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n', 3);
        if (lines.Length < 3)
            return;
        foreach (var client in new[] { IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1") })
        {
            var zone = new OneTextResolver(lines[2]);
            var checking = _check.CheckAsync(zone, new SpfRequest(client, lines[1], lines[0]), CancellationToken.None)
                .AsTask();
            // The resolver answers synchronously, so the check does.
            FuzzFailureException.Unless(checking.IsCompletedSuccessfully, "the check did not end");
            Check(checking.GetAwaiter().GetResult());
            FuzzFailureException.Unless(zone.Questions <= MostQuestions, $"{zone.Questions} questions");
        }
    }

    private static void Check(SpfVerdict verdict)
    {
        var isError = verdict.Result is CheckResult.TempError or CheckResult.PermError;
        FuzzFailureException.Unless(isError == verdict.Problem is not null, "an error without a problem, or a problem without an error");
        FuzzFailureException.Unless(
            verdict.Explanation is null || verdict.Result == CheckResult.Fail, "an explanation of what is no fail");
        FuzzFailureException.Unless(
            verdict.Mechanism is not null || isError || verdict.Result == CheckResult.None, "a result without a mechanism");
        foreach (var text in new[] { verdict.Explanation, verdict.Mechanism, verdict.Domain })
        {
            FuzzFailureException.Unless(
                text is null || (text.Length <= LongestText && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')),
                    $"not printable: {text}");
        }
    }
}
