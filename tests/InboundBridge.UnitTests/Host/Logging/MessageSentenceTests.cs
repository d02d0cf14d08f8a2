using System.Reflection;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Queue;
using InboundBridge.Smtp.Server;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Logging;

/// <summary>
/// The text format shows the values of warnings and errors as fields and leaves them out of the message, which must read as a sentence
/// without them. So the sentence comes first in a template, and the values after it.
/// </summary>
public class MessageSentenceTests
{
    /// <summary>Words that want another word behind them.</summary>
    private static readonly string[] Open =
        ["a", "an", "the", "of", "to", "in", "by", "for", "with", "from", "at", "on", "about", "because"];

    private static readonly Assembly[] Product =
        [typeof(LogEvent).Assembly, typeof(MailQueue).Assembly, typeof(SmtpPeer).Assembly];

    private static IEnumerable<(string Method, LoggerMessageAttribute Event)> Events =>
        from assembly in Product
        from type in assembly.GetTypes()
        from method in type.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        select ($"{type.Name}.{method.Name}", attribute);

    [Fact]
    public void Warnings_and_errors_read_as_sentences_without_their_values()
    {
        var all = Events.ToList();
        Assert.True(all.Count > 60, $"only {all.Count} events were found");
        // An event whose level varies (reload_problem) may be a warning.
        var shown = all.Where(each => each.Event.Level >= LogLevel.Warning);
        Assert.Empty(shown.Where(each => !IsSentence(each.Event.Message)).Select(each => $"{each.Method}: {each.Event.Message}"));
    }

    [Fact]
    public void No_number_stands_for_two_events() => Assert.Empty(
        Events.GroupBy(each => each.Event.EventId).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(each => each.Method))}"));

    [Theory]
    [InlineData("the host {Host} of {Domain} may not be used: {Failure} (policy: {Policy})", false)]
    [InlineData("a change of {Key} needs a restart", false)]
    [InlineData("shadow rules could not be asked about {Id}", false)]
    [InlineData("it failed (code: {Code})", false)]
    [InlineData("a change needs a restart key={Key}", true)]
    [InlineData("check failed {Id} check={Check}: {Problem}", true)]
    [InlineData("{Problem}", true)]
    public void A_value_inside_the_sentence_is_found(string template, bool isSentence) =>
        Assert.Equal(isSentence, IsSentence(template));

    private static bool IsSentence(string template)
    {
        var tokens = template.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (tokens.SkipWhile(IsWord).Any(IsWord))
            return false;
        var words = MessageWords.Of(template);
        return words.Count(letter => letter == '(') == words.Count(letter => letter == ')')
            && !Open.Contains(words.Split(' ')[^1], StringComparer.Ordinal);
    }

    private static bool IsWord(string token) => !token.Contains('{', StringComparison.Ordinal);
}
