using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Ui.Pages.Deliveries;

namespace InboundBridge.UnitTests.Host.Ui.Pages;

/// <summary>A button for all deliveries of a filter is there only where it can do something.</summary>
public sealed class BulkActionsTests
{
    [Theory]
    [InlineData("hook:Pending", "Retry Cancel")]
    [InlineData("hook:Retrying", "Retry Cancel")]
    [InlineData("hook:Delivered", "")]
    [InlineData("hook:Cancelled", "Retry")]
    [InlineData("hook:Held", "Release Cancel")]
    [InlineData(":Held", "Release Cancel")]
    [InlineData("hook:Dead", "Retry Cancel")]
    [InlineData(":Dead", "Release Cancel")]
    [InlineData(":Dead hook:Dead", "Retry Release Cancel")]
    [InlineData("hook:Delivered hook:Held", "Release Cancel")]
    public void Only_what_can_change_something_is_offered(string tallies, string actions) => Assert.Equal(
        actions, string.Join(' ', BulkActions.For([.. tallies.Split(' ').Select(Read)])));

    [Fact]
    public void One_delivery_is_called_one() => Assert.Equal(
        ("1 dead delivery of hook", "2 deliveries"),
        (new DeliveryFilterText("dead", "hook", null).Counted(1), new DeliveryFilterText(null, null, null).Counted(2)));

    private static DeliveryTally Read(string text) =>
        new(text.Split(':')[0], Enum.Parse<DeliveryState>(text.Split(':')[1]), 1);
}
