using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace Doorbuster.Coupons;

internal static class Problems
{
    public static readonly Problem Gone = new(StatusCodes.Status409Conflict, "coupons_gone",
        "All of these coupons are taken.");

    public static readonly Problem LimitReached = new(StatusCodes.Status409Conflict, "coupon_limit_reached",
        "You have as many of these coupons as one person may have.")
    {
        Advice = "Used ones count too. `GET /api/v1/me/coupons` shows yours.",
    };

    public static readonly Problem NotOpen = new(StatusCodes.Status409Conflict, "coupons_not_open",
        "These coupons are not given out yet.", Retryable: true);

    public static readonly Problem Closed = new(StatusCodes.Status409Conflict, "coupons_closed",
        "These coupons are not given out any more.")
    {
        Advice = "Coupons that were claimed in time stay good until their own end.",
    };

    public static readonly Problem Paused = new(StatusCodes.Status409Conflict, "coupons_paused",
        "These coupons are not given out at the moment.", Retryable: true)
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static readonly Problem UnknownCode = new(StatusCodes.Status404NotFound, "coupon_code_unknown",
        "There is no coupon for this code.")
    {
        Advice = "Check how it is spelt. Small and capital letters are the same, dashes do not matter in single codes.",
    };

    public static readonly Problem CodeTaken = new(StatusCodes.Status409Conflict, "coupon_code_taken",
        "Somebody else has used this code.");

    public static readonly Problem VersionRequired = new(StatusCodes.Status428PreconditionRequired,
        "coupon_version_required", "Say which version of the coupon template you want to change.")
    {
        Advice = "Send `If-Match` with the `ETag` of `GET /api/admin/v1/coupon-templates/{id}`.",
    };

    public static readonly Problem VersionOutdated = new(StatusCodes.Status412PreconditionFailed,
        "coupon_version_outdated", "The coupon template has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`.",
    };

    public static readonly Problem HandleTaken = new(StatusCodes.Status409Conflict, "coupon_handle_taken",
        "Another coupon template has this handle.");

    public static readonly Problem TemplateClosed = new(StatusCodes.Status409Conflict, "coupon_template_closed",
        "The coupon template was closed, for good.");

    public static readonly Problem AlreadyClaimed = new(StatusCodes.Status409Conflict, "coupons_claimed",
        "More coupons are claimed already than there would be.");

    public static readonly Problem HasNoCodes = new(StatusCodes.Status409Conflict, "coupon_has_no_codes",
        "Coupons of this template are not claimed by codes of their own.")
    {
        Advice = "Make a template with `claimBy` `codes`.",
    };

    public static readonly Problem TooManyCodes = new(StatusCodes.Status409Conflict, "coupon_codes_full",
        "The template has as many codes as one may have.");

    public static readonly Problem CodesElsewhere = new(StatusCodes.Status409Conflict, "coupon_codes_elsewhere",
        "Some of these codes are another template's.")
    {
        Advice = "A code gives one coupon of one template. None of the file's codes was added.",
    };
}
