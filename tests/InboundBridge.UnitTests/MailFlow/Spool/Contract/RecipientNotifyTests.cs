using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

public class RecipientNotifyTests
{
    /// <summary>Reception and delivery convert one to the other by its bits.</summary>
    [Fact]
    public void Flags_are_the_same_bits_on_the_wire_and_in_the_store()
    {
        Assert.Equal(Enum.GetNames<DsnNotify>(), Enum.GetNames<RecipientNotify>());
        Assert.Equal(Enum.GetValues<DsnNotify>().Select(flag => (int)flag), Enum.GetValues<RecipientNotify>().Select(flag => (int)flag));
    }
}
