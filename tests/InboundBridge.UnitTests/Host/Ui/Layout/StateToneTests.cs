using InboundBridge.Api;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Operations.Nodes;
using InboundBridge.Rules.Explaining;
using InboundBridge.Ui.Layout;
using InboundBridge.Ui.Text;

namespace InboundBridge.UnitTests.Host.Ui.Layout;

/// <summary>Somebody has thought about the tone of every word that a page shows as a state.</summary>
public sealed class StateToneTests
{
    [Fact]
    public void Every_state_has_its_tone()
    {
        var words = new List<string>();
        words.AddRange(DeliveryWords.States);
        words.AddRange(EventText.Kinds);
        words.AddRange(Enum.GetValues<SpoolCondition>().Select(ConditionWords.Of));
        words.AddRange(Enum.GetValues<CheckResult>().Select(result => result.Word()));
        words.AddRange(Enum.GetValues<SenderVerdict>().Select(verdict => verdict.Word()));
        words.AddRange(Enum.GetValues<SignatureResult>().Select(result => result.Word()));
        words.AddRange(Enum.GetValues<NodeState>().Select(NodeStateName.Of));
        words.AddRange(Enum.GetValues<RuleOutcome>().Where(RuleWords.WasLookedAt).Select(RuleWords.Of));
        words.AddRange(["up", "down", "paused", "virus", "listed", "allowed", "found", "published", "warning", "to do", "ready", "failed"]);
        Assert.DoesNotContain(words, word => !StateTone.Knows(word));
    }

    [Theory]
    [InlineData("disk low", "bad")]
    [InlineData("virus", "bad")]
    [InlineData("listed", "bad")]
    [InlineData("commits slow", "wait")]
    [InlineData("circuit_opened", "bad")]
    [InlineData("ready", "good")]
    [InlineData("a word of a scanner", "calm")]
    public void A_word_has_the_tone_of_what_it_says(string word, string tone) => Assert.Equal(tone, StateTone.Of(word));
}
