using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server.Verbs;

namespace InboundBridge.UnitTests.Smtp.Server.Verbs;

/// <summary>
/// The register of verbs is complete, so that a new verb needs an entry in the enum, a case in the parser, and a line in the register.
/// </summary>
public class SmtpVerbsTests
{
    [Fact]
    public void Every_verb_is_registered_exactly_once()
    {
        Assert.Equal(Enum.GetValues<SmtpVerb>(), SmtpVerbs.All.Select(entry => entry.Verb).Order());
        Assert.All(Enum.GetValues<SmtpVerb>(), verb => Assert.Equal(verb, SmtpVerbs.Of(verb).Verb));
    }

    [Fact]
    public void Every_verb_is_recognized_by_its_name_in_any_case()
    {
        foreach (var verb in Enum.GetValues<SmtpVerb>().Where(verb => verb != SmtpVerb.Unknown))
        {
            var name = SmtpVerbTable.Name(verb);
            Assert.Equal(verb, SmtpVerbTable.Match(System.Text.Encoding.ASCII.GetBytes(name)));
            Assert.Equal(verb, SmtpVerbTable.Match(System.Text.Encoding.ASCII.GetBytes(name.ToLowerInvariant())));
        }
        Assert.Equal(SmtpVerb.Unknown, SmtpVerbTable.Match("UNKNOWN"u8));
    }

    [Fact]
    public void Help_shows_the_syntax_of_each_verb_under_its_own_name()
    {
        var listed = SmtpVerbs.All.Where(entry => entry.Syntax is not null).ToList();
        Assert.NotEmpty(listed);
        Assert.All(listed, entry => Assert.Equal(SmtpVerbTable.Name(entry.Verb), entry.Syntax!.Split(' ')[0]));
    }

    [Fact]
    public void Only_verbs_that_reveal_nothing_work_before_required_tls() => Assert.Equal(
        [SmtpVerb.Unknown, SmtpVerb.Ehlo, SmtpVerb.Helo, SmtpVerb.Lhlo, SmtpVerb.Rset, SmtpVerb.Noop, SmtpVerb.Quit, SmtpVerb.Help,
        SmtpVerb.StartTls],
        SmtpVerbs.All.Where(entry => entry.WorksWithoutTls).Select(entry => entry.Verb).Order());
}
