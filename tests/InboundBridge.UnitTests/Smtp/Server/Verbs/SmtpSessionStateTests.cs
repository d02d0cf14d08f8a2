using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;
using InboundBridge.Smtp.Server.Verbs;

namespace InboundBridge.UnitTests.Smtp.Server.Verbs;

/// <summary>
/// Every verb in every state on every kind of listener, against a table from RFC 5321 §4.1.4, RFC 3030, RFC 2033 and RFC 2645.
/// </summary>
public class SmtpSessionStateTests
{
    /// <summary>Columns: Connected, Ready, Mail, AllRefused, Recipients, Chunks, ChunksFailed. 0 means that the verb runs.</summary>
    private const string Table = """
        Ehlo     0    0    0    0    0    0    0
        Helo     0    0    0    0    0    0    0
        Mail     503  0    503  503  503  503  503
        Rcpt     503  503  0    0    0    503  503
        Data     503  503  503  554  0    503  503
        Bdat     503  503  503  554  0    0    503
        Rset     0    0    0    0    0    0    0
        Noop     0    0    0    0    0    0    0
        Quit     0    0    0    0    0    0    0
        Help     0    0    0    0    0    0    0
        Vrfy     0    0    0    0    0    0    0
        Expn     0    0    0    0    0    0    0
        StartTls 503  0    503  503  503  503  503
        Auth     503  0    503  503  503  503  503
        Etrn     503  0    503  503  503  503  503
        Xclient  503  0    503  503  503  503  503
        Atrn     502  502  502  502  502  502  502
        Send     502  502  502  502  502  502  502
        Soml     502  502  502  502  502  502  502
        Saml     502  502  502  502  502  502  502
        Turn     502  502  502  502  502  502  502
        Lhlo     500  500  500  500  500  500  500
        Unknown  500  500  500  500  500  500  500
        """;

    [Fact]
    public void Every_verb_in_every_state_does_what_the_table_says()
    {
        var rows = Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(
            words => Enum.Parse<SmtpVerb>(words[0]));
        var states = Enum.GetValues<SmtpState>();
        foreach (var verb in Enum.GetValues<SmtpVerb>())
        {
            var row = rows[verb];
            Assert.Equal(states.Length, row.Length - 1);
            foreach (var state in states)
            {
                var expected = int.Parse(row[1 + (int)state], System.Globalization.CultureInfo.InvariantCulture);
                Assert.Equal((verb, state, expected), (
                    verb, state, SmtpSessionState.Check(state, SmtpVerbs.Of(verb).Order, SmtpListenerMode.Mx)?.Code ?? 0));
                Assert.Equal((verb, state, expected), (
                    verb, state, SmtpSessionState.Check(state, SmtpVerbs.Of(verb).Order, SmtpListenerMode.Submission)?.Code ?? 0));
                var lmtp = verb switch { SmtpVerb.Ehlo or SmtpVerb.Helo => 500, SmtpVerb.Lhlo => 0, _ => expected };
                Assert.Equal((verb, state, lmtp), (
                    verb, state, SmtpSessionState.Check(state, SmtpVerbs.Of(verb).Order, SmtpListenerMode.Lmtp)?.Code ?? 0));
                var odmr = verb switch
                {
                    SmtpVerb.Mail or SmtpVerb.Rcpt or SmtpVerb.Data or SmtpVerb.Bdat => 502,
                    SmtpVerb.Atrn => state == SmtpState.Ready ? 0 : 503,
                    _ => expected,
                };
                Assert.Equal((verb, state, odmr), (
                    verb, state, SmtpSessionState.Check(state, SmtpVerbs.Of(verb).Order, SmtpListenerMode.Odmr)?.Code ?? 0));
            }
        }
    }

    [Fact]
    public void Every_refusal_of_the_table_has_an_enhanced_code_of_its_class()
    {
        foreach (var verb in Enum.GetValues<SmtpVerb>())
        {
            foreach (var state in Enum.GetValues<SmtpState>())
            {
                if (SmtpSessionState.Check(state, SmtpVerbs.Of(verb).Order, SmtpListenerMode.Mx) is { } refusal)
                    Assert.Equal(refusal.Code / 100, refusal.Enhanced!.Value.Class);
            }
        }
    }
}
