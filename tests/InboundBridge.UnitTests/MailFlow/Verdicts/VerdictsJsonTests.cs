using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.MailFlow.Verdicts;

public class VerdictsJsonTests
{
    [Fact]
    public void The_usual_object_has_the_documented_members_and_no_others() => AssertSame(
        """
        { "verdict": "pass", "reasons": ["dkim=pass aligned with example.com"],
          "iprev": {"result": "pass", "name": "mail.example.com"},
          "spf": {"result": "pass", "scope": "mfrom", "domain": "example.com", "explanation": null, "mechanism": "ip4:192.0.2.0/24"},
          "dkim": [{"result": "pass", "reason": null, "domain": "example.com", "identity": "@example.com", "selector": "s1", "algorithm": "rsa-sha256", "bits": 2048}],
          "dmarc": {"result": "pass", "policy": "reject", "published": "reject", "domain": "example.com", "alignment": ["dkim"]},
          "arc": {"result": "pass", "sealers": ["google.com"], "trusted": true},
          "dnsbl": [{"zone": "zen.example.net", "code": "127.0.0.2"}], "spam": {"score": 1.2, "action": "no action"}, "virus": null }
        """,
        SampleVerdicts.Passing);

    [Fact]
    public void What_was_not_asked_is_none() => AssertSame(
        """
        { "verdict": "none", "reasons": [], "iprev": {"result": "none", "name": null},
          "spf": {"result": "none", "scope": "mfrom", "domain": "", "explanation": null, "mechanism": null}, "dkim": [],
          "dmarc": {"result": "none", "policy": null, "published": null, "domain": "", "alignment": []},
          "arc": {"result": "none", "sealers": [], "trusted": false}, "dnsbl": [], "spam": null, "virus": null }
        """,
        MailVerdicts.NotAsked);

    [Fact]
    public void Reasons_and_the_scanner_s_details_stand_beside_the_rest() => AssertSame(
        """
        { "verdict": "none", "reasons": ["dmarc=temperror (no answer)"], "iprev": {"result": "permerror", "name": null},
          "spf": {"result": "permerror", "scope": "helo", "domain": "example.com", "explanation": "Go \"away\" é", "mechanism": null, "reason": "two records"},
          "dkim": [{"result": "policy", "reason": "key is too short", "domain": "example.com", "identity": null, "selector": null, "algorithm": null, "bits": null}],
          "dmarc": {"result": "temperror", "policy": "none", "published": "none", "domain": "example.com", "alignment": [], "from": "mail.example.com", "reason": "no answer"},
          "arc": {"result": "fail", "sealers": [], "trusted": false, "reason": "gap"},
          "dnsbl": [{"zone": "list.example.net", "code": "127.0.3.1", "allow": true}],
          "dnsbl_problems": ["zen.example.net: no answer within 2 s"],
          "spam": {"score": 7, "action": "reject", "required_score": 15, "symbols": {"A_B": 3.5, "C": -1}}, "virus": "Eicar" }
        """,
        SampleVerdicts.Problematic);

    [Fact]
    public void A_pass_that_leaves_something_open_says_it()
    {
        var verdict = new DkimVerdict(CheckResult.Pass) { UnsignedOctets = 12, IsPartial = true, IsTest = true };
        var json = VerdictsJson.Write(new MailVerdicts { Dkim = [verdict] });
        var signature = JsonNode.Parse(json)!["dkim"]![0]!;
        Assert.Equal((12, true), (signature["unsigned_octets"]!.GetValue<int>(), signature["testing"]!.GetValue<bool>()));
        Assert.True(signature["partial"]!.GetValue<bool>());
        Assert.Equal(verdict, VerdictsReader.Read(json).Dkim[0]);
    }

    [Fact]
    public void Fields_that_are_not_signed_are_read_as_they_were_written()
    {
        var json = VerdictsJson.Write(new MailVerdicts
        {
            Dkim = [new DkimVerdict(CheckResult.Pass) { UnsignedFields = ["Subject", "To"] }],
            Arc = new ArcVerdict(CheckResult.Pass) { Trusted = true, UnsignedFields = ["Reply-To", "Content-Type"] },
        });
        Assert.Equal("""["Subject","To"]""", JsonNode.Parse(json)!["dkim"]![0]!["unsigned_fields"]!.ToJsonString());
        Assert.Equal("""["Reply-To","Content-Type"]""", JsonNode.Parse(json)!["arc"]!["unsigned_fields"]!.ToJsonString());
        var read = VerdictsReader.Read(json);
        Assert.Equal(["Subject", "To"], read.Dkim[0].UnsignedFields);
        Assert.Equal(["Reply-To", "Content-Type"], read.Arc.UnsignedFields);
        Assert.Equal(json, VerdictsJson.Write(read));
    }

    [Fact]
    public void An_infinite_score_is_written_as_a_number()
    {
        var json = VerdictsJson.Write(new MailVerdicts { Spam = new SpamVerdict(double.PositiveInfinity, "reject") });
        Assert.Equal(0, JsonNode.Parse(json)!["spam"]!["score"]!.GetValue<double>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"verdict": 7, "reasons": {}, "iprev": [], "spf": "pass", "dkim": {}, "dmarc": null, "arc": 1, "dnsbl": 2, "spam": [], "virus": {}}""")]
    [InlineData("""{"verdict": "what", "spf": {"result": "what"}, "dkim": ["x"], "reasons": [1], "spam": {"score": "high"}, "dmarc": {"alignment": "spf"}}""")]
    public void Foreign_objects_read_as_not_asked(string? json) =>
        Assert.Equal(VerdictsJson.Write(MailVerdicts.NotAsked), VerdictsJson.Write(VerdictsReader.Read(json)));

    [Fact]
    public void An_object_of_an_earlier_version_is_read_as_far_as_it_goes()
    {
        var verdicts = VerdictsReader.Read(
            """{"verdict":"fail","spf":{"result":"softfail","domain":"example.com"},"dkim":[{"result":"fail","domain":"example.org"}],"dmarc":{"result":"fail","policy":"reject","domain":"example.com"}}""");
        Assert.Equal(
            (SenderVerdict.Fail, CheckResult.SoftFail, "example.org", "reject", "example.com"),
            (verdicts.Verdict, verdicts.Spf.Result, verdicts.Dkim[0].Domain, verdicts.Dmarc.Policy, verdicts.Dmarc.AuthorDomain));
    }

    /// <summary>Writes the verdicts, and writes again what was read.</summary>
    private static void AssertSame(string expected, MailVerdicts verdicts)
    {
        var written = VerdictsJson.Write(verdicts);
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(written)!.ToJsonString());
        Assert.Equal(written, VerdictsJson.Write(VerdictsReader.Read(written)));
    }
}
