using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Sender;

/// <summary>
/// Authentication-Results of 400 generated verdicts, half of them with hostile values, read back by python3-authres and npm mailauth: the
/// same results, in the same order, with the same values.
/// </summary>
public partial class Others_read_the_results_field_as_it_was_meant
{
    private const int Fields = 400;

    private static readonly string[] Names =
        ["example.com", "mail.example.org", "xn--bcher-kva.example", "a.b.c.d.e.f.g.h.example", "_spf.example.net", "x"];

    private static readonly string[] Hostile =
    [
        "a; dmarc=pass", "a\r\n\r\nX-Evil: 1", "a\" dmarc=pass \"", "a\\", "\\\"", "a (comment", "a)", "ä.example", "\0",
        "a=b", "a\tb", "a'b",
        "\u2028", "\ud800", "; none", "a\n dmarc=pass", "=?utf-8?q?x?=", "a b", ",", "[::1]", "a;b", "spf=pass smtp.mailfrom=x", "\"", "'",
    ];

    private static readonly CheckResult[] Results = Enum.GetValues<CheckResult>();

    [Fact]
    public async Task Two_readers_find_what_was_written()
    {
        var random = new Random(15);
        var inputs = Enumerable.Range(0, Fields).Select(number => Generate(random, isHostile: number % 2 == 1)).ToList();
        var fields = inputs.ConvertAll(AuthenticationResults.Compose);
        var lines = Encoding.UTF8.GetBytes(string.Concat(fields.Select(field => JsonSerializer.Serialize(field) + "\n")));
        var node = PeerPrograms.Node(out var environment);
        var python = await ReadAsync(PeerPrograms.Find("/usr/bin/python3", "python3"), "read_results.py", lines, null);
        var mailauth = await ReadAsync(node, "read_results.mjs", lines, environment);
        for (var index = 0; index < Fields; index++)
        {
            var expected = Expected(inputs[index]);
            AssertRead(expected, python[index], fields[index]);
            // mailauth keeps one result of each method, and calls the values of DKIM's signatures by their order.
            var byMethod = expected.OrderBy(result => result.Method, StringComparer.Ordinal).ToList();
            AssertRead(byMethod, mailauth[index], fields[index], ordered: false);
        }
    }

    private static async Task<List<JsonElement>> ReadAsync(
        string program, string script, byte[] lines, Dictionary<string, string>? environment)
    {
        var path = Path.Combine(Checkout.Root, "tests/InboundBridge.ScenarioTests/Sender", script);
        var result = await PeerProcess.RunAsync(script, program, [path], lines, environment: environment);
        var read = result.Succeeded("reading the fields").StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Fields, read.Count);
        return read;
    }

    private static void AssertRead(List<Result> expected, JsonElement read, string field, bool ordered = true)
    {
        Assert.True(read.ValueKind == JsonValueKind.Array, $"{read}\n{field}");
        Assert.Equal("mx.example.com", read[0].GetString());
        var found = read[1].EnumerateArray().Select(Result.Of);
        if (!ordered)
            found = found.OrderBy(result => result.Method, StringComparer.Ordinal);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', found));
    }

    private static ResultsFieldInput Generate(Random random, bool isHostile)
    {
        string Value() => isHostile && random.Next(2) == 0 ? Hostile[random.Next(Hostile.Length)] : Names[random.Next(Names.Length)];
        CheckResult Any() => Results[random.Next(Results.Length)];
        string? Sometimes(string value) => random.Next(3) == 0 ? null : value;
        var verdicts = new MailVerdicts
        {
            Iprev = new IprevVerdict(Any()),
            Spf = new SpfVerdict(Any()) { Domain = Value(), Scope = random.Next(4) == 0 ? "helo" : "mfrom", Problem = Sometimes(Value()) },
            Dkim =
            [
                .. Enumerable.Range(0, random.Next(4)).Select(_ => new DkimVerdict(Any())
                {
                    Domain = Value(), Identity = Sometimes($"{Value()}@{Value()}"), Selector = Sometimes(Value()),
                    Algorithm = Sometimes("rsa-sha256"), Reason = Sometimes(Value()), SignaturePrefix = Sometimes("Kx9/pQ+="),
                }),
            ],
            Dmarc = new DmarcVerdict(Any())
            {
                AuthorDomain = Value(),
                Domain = Value(),
                Policy = Sometimes("reject"),
                Problem = Sometimes(Value()),
            },
            Arc = new ArcVerdict(Any()) { Reason = Sometimes(Value()) },
        };
        return new ResultsFieldInput("mx.example.com", verdicts)
        {
            Client = IPAddress.Parse(random.Next(2) == 0 ? "192.0.2.1" : "2001:db8::1"),
            MailFrom = $"{Value()}@{Value()}",
            DkimWasChecked = true,
        };
    }

    private static List<Result> Expected(ResultsFieldInput input)
    {
        var (verdicts, client) = (input.Verdicts, input.Client!.ToString());
        var results = new List<Result>();
        if (verdicts.Iprev.Result != CheckResult.None)
            results.Add(new Result("iprev", verdicts.Iprev.Result.Word(), null, [("policy.iprev", client)]));
        var spf = verdicts.Spf;
        results.Add(new Result("spf", spf.Result.Word(), spf.Problem,
        [
            spf.Scope == "helo" ? ("smtp.helo", Name(spf.Domain)) : ("smtp.mailfrom", Address(input.MailFrom!, spf.Domain)),
        ]));
        if (verdicts.Dkim.Count == 0)
            results.Add(new Result("dkim", "none", null, []));
        results.AddRange(verdicts.Dkim.Select(signature => new Result("dkim", signature.Result.Word(), signature.Reason,
        [
            ("header.d", Name(signature.Domain)), ("header.i", Identity(signature)), ("header.s", Name(signature.Selector)),
            ("header.a", signature.Algorithm), ("header.b", signature.SignaturePrefix),
        ])));
        var dmarc = verdicts.Dmarc;
        results.Add(new Result("dmarc", dmarc.Result.Word(), dmarc.Problem,
        [
            ("header.from", Name(dmarc.AuthorDomain)), ("policy.dmarc", dmarc.Policy),
        ]));
        if (verdicts.Arc.Result != CheckResult.None)
            results.Add(new Result("arc", verdicts.Arc.Result.Word(), verdicts.Arc.Reason, [("smtp.remote-ip", client)]));
        return results;
    }

    private static string Address(string address, string domain) =>
        address.Any(character => character is < ' ' or > '~' or '"' or '\\') ? Name(domain)! : address;

    private static string? Identity(DkimVerdict signature) => signature.Identity is not { } identity ? null
        : Simple().IsMatch(identity) ? identity : "@" + Name(signature.Domain);

    /// <summary>What can't be part of a name is replaced.</summary>
    private static string? Name(string? name) => name is null ? null : NoName().Replace(name, "_");

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex NoName();

    [GeneratedRegex(@"^[A-Za-z0-9!#$&*+^_`{|}~-]+(\.[A-Za-z0-9!#$&*+^_`{|}~-]+)*@[A-Za-z0-9._-]+$")]
    private static partial Regex Simple();

    /// <summary>A result with its values as they may be in the field: what is not printable ASCII, and quotes, are replaced.</summary>
    private sealed record Result(string Method, string Word, string? Reason, (string Name, string? Value)[] Properties)
    {
        public static Result Of(JsonElement read) => new(
            read[0].GetString()!, read[1].GetString()!, read[2].GetString(),
            [.. read[3].EnumerateObject().Select(property => (property.Name, property.Value.GetString()))]);

        public override string ToString() =>
            $"{Method}={Word} reason={Clean(Reason)} "
            + string.Join(' ', Properties.Where(property => property.Value is not null)
                .OrderBy(property => property.Name, StringComparer.Ordinal)
                .Select(property => $"{property.Name}={Clean(property.Value)}"));

        private static string? Clean(string? value) => value is null ? null
            : string.Concat(value.Select(character => character is < ' ' or > '~' or '"' or '\\' ? '?' : character));
    }
}
