namespace InboundBridge.Ui.Routing;

/// <summary>What a page answers.</summary>
internal abstract record UiAnswer
{
    private UiAnswer()
    {
    }

    /// <param name="Component">A Razor component with the parameter <c>Model</c>.</param>
    internal sealed record Page(string Title, Type Component, object Model, int Status = StatusCodes.Status200OK) : UiAnswer;

    /// <summary>After a change: the browser goes to a page of ours, which shows the notice once.</summary>
    internal sealed record Redirect(string Location, string? Notice = null, bool IsBad = false) : UiAnswer;

    /// <summary>Anything that is not a page in the layout: a download, a frame, an event stream.</summary>
    internal sealed record Other(IResult Result) : UiAnswer;

    /// <summary>A page that says what is wrong and what to do.</summary>
    internal sealed record Trouble(int Status, string Title, string Detail) : UiAnswer
    {
        /// <summary>A page that can be shown.</summary>
        public string Href { get; init; } = "/ui";

        /// <summary>What its link says.</summary>
        public string Link { get; init; } = "To the overview";

        public static Trouble OldForm { get; } = new(
            StatusCodes.Status403Forbidden, "This form is no longer valid",
            "The appliance was restarted, or you signed in again, since the page was opened. Nothing was changed. Go back, reload the page and repeat.");

        /// <summary>Said before any of the form is read.</summary>
        public static Trouble Busy(HttpResponse response)
        {
            response.Headers.RetryAfter = "5";
            response.Headers.Connection = "close";
            return new Trouble(
                StatusCodes.Status429TooManyRequests, "Too many forms at a time",
                "The appliance is still busy with other forms. Nothing was changed. Go back and repeat in a moment.");
        }

        /// <summary>For the script of a page, which asks again by itself.</summary>
        public static Trouble Later(HttpResponse response)
        {
            response.Headers.RetryAfter = "2";
            return new Trouble(
                StatusCodes.Status429TooManyRequests, "Not now", "The appliance is busy with mail. Ask again in a moment.");
        }

        public static Trouble NotFound(string what) => new(StatusCodes.Status404NotFound, "Not found", $"There is no {what}.");

        /// <summary>Of a message, or of something that belongs to one.</summary>
        public static Trouble NoMessage(string what) => new(
            StatusCodes.Status404NotFound, "Not found",
            $"There is no {what}. An operator may have deleted the mail, or retention (spool.retain) has removed it.")
        {
            Href = "/ui/messages",
            Link = "To the messages",
        };

        public static Trouble NoDestination(string what) => NotFound(what) with
        {
            Href = "/ui/destinations",
            Link = "To the destinations",
        };

        public static Trouble Bad(string detail) => new(StatusCodes.Status400BadRequest, "The address or the form has a mistake", detail);
    }
}
