using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Bounces;
using InboundBridge.MailFlow.Bounces.Writing;

namespace InboundBridge.UnitTests.MailFlow.Bounces.Writing;

public class BounceLanguageTests
{
    private static readonly string[] Promised = ["de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "tr", "zh"];

    public static TheoryData<string> Codes => [.. BounceLanguage.Codes];

    [Fact]
    public void Every_promised_language_is_there() => Assert.Empty(Promised.Except(BounceOptions.Languages));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_language_has_every_sentence_with_its_places(string code)
    {
        var (english, sentences) = (BounceLanguage.Of("en").Sentences, BounceLanguage.Of(code).Sentences);
        Assert.Equal(english.Keys, sentences.Keys);
        foreach (var (key, sentence) in sentences)
        {
            Assert.False(string.IsNullOrWhiteSpace(sentence), key);
            Assert.Equal(Places(english[key]), Places(sentence));
            if (code != "en" && key != "name")
                Assert.NotEqual(english[key], sentence);
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_kind_of_bounce_is_written_in_it(string code)
    {
        await using var bounces = await BounceFixture.OpenAsync(options => options with { Language = code });
        foreach (var reason in Enum.GetValues<BounceReason>())
        {
            var fate = new RecipientFate(new("ann@example.com"), "failed", "5.1.1", "550 5.1.1 no", "mail.example.com");
            var content = new BounceContent(
                "b1", reason, bounces.Message(), "Lunch", "lunch@example.org", [fate], FakeTime.Start, FakeTime.Start, FakeTime.Start,
                FakeTime.Start.AddDays(3));
            var words = new PlainWords(content, BounceLanguage.Of(code), BounceFixture.Options with { Language = code });
            var text = words.Write(isWhole: true);
            Assert.Contains("mx.example.com", text, StringComparison.Ordinal);
            Assert.Contains("<ann@example.com>:", text, StringComparison.Ordinal);
            Assert.DoesNotContain('{', text);
            Assert.NotEmpty(words.Subject);
        }
        var bounce = await bounces.TellAsync(bounces.Failed(bounces.Message()));
        Assert.Equal(BounceLanguage.Of(code)["subject_failed"], bounce!.Read.Subject);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_temporary_status_is_not_told_as_a_final_failure(string code)
    {
        await using var bounces = await BounceFixture.OpenAsync();
        foreach (var (status, sentence) in new[]
        {
            ("4.1.1", "cause_temporary"), ("4.1.2", "cause_temporary"), ("4.2.1", "cause_mailbox_off"), ("4.2.2", "cause_mailbox_full"),
            ("4.3.4", "cause_temporary"), ("4.4.1", "cause_unreachable"), ("4.4.6", "cause_temporary"), ("4.6.1", "cause_temporary"),
            ("4.7.1", "cause_temporary"),
        })
        {
            var fate = new RecipientFate(new("ann@example.com"), "delayed", status, $"451 {status} no", "mail.example.com");
            var content = new BounceContent(
                "b1", BounceReason.Delayed, bounces.Message(), "Lunch", "lunch@example.org", [fate], FakeTime.Start, FakeTime.Start,
                FakeTime.Start, FakeTime.Start.AddDays(3));
            var words = new PlainWords(content, BounceLanguage.Of(code), BounceFixture.Options with { Language = code });
            Assert.Contains(Joined(BounceLanguage.Of(code)[sentence]), Joined(words.Write(isWhole: null)), StringComparison.Ordinal);
        }
    }

    /// <summary>The text in one line, so that a sentence is found wherever it was wrapped.</summary>
    private static string Joined(string text) => Regex.Replace(text, @"\s+", " ");

    private static IEnumerable<string> Places(string sentence) => Regex.Matches(sentence, @"\{\w+\}").Select(place => place.Value).Order();
}
