using Doorbuster.Platform.Web;

namespace Doorbuster.Accounts;

internal static class Problems
{
    public static readonly Problem EmailTaken = new(409, "email_taken", "This e-mail address has an account already.")
    {
        Advice = "Sign in with it, or register with another address. Upper and lower case make no difference.",
    };

    public static readonly Problem WrongCredentials = new(
        401, "wrong_credentials", "The e-mail address or the password is not right.")
    {
        Advice = "Which of the two is wrong is not said, so that nobody can find out who has an account here.",
    };

    public static readonly Problem SignInBusy = new(
        503, "sign_in_busy", "Many people are signing in just now.", Retryable: true)
    {
        Advice = "Checking a password is made costly on purpose, and only a few are checked at once. Try again after "
            + "`Retry-After`. Sessions that exist are not affected.",
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    public static readonly Problem TooManyAttempts = new(429, "too_many_attempts", "Too many attempts.", Retryable: true)
    {
        Advice = "Wait as long as `Retry-After` says. Each further failure makes the wait longer, up to a minute.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static readonly Problem SessionNotFound = new(404, "session_not_found", "You have no such session.")
    {
        Advice = "It may have ended already. `GET /api/v1/sessions` lists those that live.",
    };

    public static readonly Problem WrongPassword = new(403, "wrong_password", "This is not your password.")
    {
        Advice = "What cannot be undone is asked for with the password again, although you are signed in.",
    };

    public static readonly Problem AccountBlocked = new(403, "account_blocked", "This account is blocked.")
    {
        Advice = "Whoever runs the shop has blocked it. Ask them why; trying again does not help.",
    };

    public static readonly Problem CannotBlockYourself = new(409, "cannot_block_yourself", "You cannot block yourself.")
    {
        Advice = "Another administrator can.",
    };

    public static readonly Problem ProfileOutdated = new(412, "profile_outdated", "Your profile has changed since you read it.")
    {
        Advice = "Read `GET /api/v1/me` again, decide again, and send the new `ETag` as `If-Match`, or none.",
    };

    public static readonly Problem AddressNotFound = new(404, "address_not_found", "You have no such address.")
    {
        Advice = "`GET /api/v1/me/addresses` lists those you have.",
    };

    public static readonly Problem AddressOutdated = new(412, "address_outdated", "The address has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`, or none.",
    };

    public static readonly Problem TooManyAddresses = new(409, "too_many_addresses", "You have as many addresses as one may.")
    {
        Advice = "Remove one of the 20, or write it anew.",
    };

    public static readonly Problem GroupNotFound = new(404, "customer_group_not_found", "There is no such group of customers.")
    {
        Advice = "`GET /api/admin/v1/customer-groups` lists the codes.",
    };

    public static readonly Problem GroupTaken = new(409, "customer_group_taken", "There is a group of this code already.")
    {
        Advice = "A code is one group for ever. Choose another, or rename the one that is there.",
    };

    public static readonly Problem TooManyGroups = new(409, "too_many_customer_groups", "The shop has as many groups as it may.")
    {
        Advice = "Remove one of the 200.",
    };

    public static readonly Problem GroupVersionRequired = new(
        428, "customer_group_version_required", "Say which version of the group you want to change.")
    {
        Advice = "Send `If-Match` with the `ETag` of the group's `GET`.",
    };

    public static readonly Problem GroupOutdated = new(412, "customer_group_outdated", "The group has changed since you read it.")
    {
        Advice = "Read it again, decide again, and send the new `ETag` as `If-Match`.",
    };

    public static readonly Problem InTooManyGroups = new(409, "in_too_many_groups", "This person is in as many groups as one may be.")
    {
        Advice = "Take him out of one of the 20: `GET /api/admin/v1/customer-groups?person=usr_…` lists them.",
    };

    public static readonly Problem TooManyMembers = new(
        409, "too_many_group_members", "As many people are in groups as may be in this shop.")
    {
        Advice = "200,000, those in several groups counted several times. Take out who is there no longer.",
    };
}
