/** Whether Windows' Node runs in Wine (`npm run test:windows`), which differs from Windows here and there. */
export const inWine = process.env.TEST_IN_WINE !== undefined;
