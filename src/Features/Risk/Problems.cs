using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Risk;

internal static class Problems
{
    public static readonly Problem VersionRequired = new(StatusCodes.Status428PreconditionRequired,
        "risk_version_required", "Say which version you decided on.")
    {
        Advice = "Send `If-Match` with the `ETag` you got when you read it.",
    };

    public static readonly Problem VersionOutdated = new(StatusCodes.Status412PreconditionFailed,
        "risk_version_outdated", "It has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`.",
    };

    public static readonly Problem NameTaken = new(StatusCodes.Status409Conflict, "risk_rule_name_taken",
        "There is a rule of this name already.");

    public static readonly Problem TooManyRules = new(StatusCodes.Status409Conflict, "risk_rules_too_many",
        "There are as many rules as there can be.")
    {
        Advice = "Every order is looked at by every rule, so there are 100 at most. Remove one that you do not need.",
    };

    public static readonly Problem Decided = new(StatusCodes.Status409Conflict, "risk_case_decided",
        "There is nothing to decide any more.")
    {
        Advice = "`detail` names the state. The order was cancelled, or it is shipped or at its end.",
    };
}
